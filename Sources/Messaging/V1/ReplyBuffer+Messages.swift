extension ReplyBuffer {
  /// What goes behind the body after ``startMessage(from:id:seq:at:again:_:)`` and
  /// ``startCopy(to:id:seq:at:_:)``.
  public static let endOfMessage: [UInt8] = [UInt8(ascii: "}")]

  /// Writes a `message` with its body.
  ///
  /// - Parameters:
  ///   - from: The id of its sender.
  ///   - id: The id of the message, unescaped.
  ///   - seq: Its number in the recipient's log.
  ///   - at: When it was accepted, ms since 1970.
  ///   - again: Whether it may have been delivered before.
  ///   - form: Not binary.
  ///   - body: In that form.
  @inline(__always)
  public func message(
    from: Span<UInt8>,
    id: Span<UInt8>,
    seq: UInt64,
    at: UInt64,
    again: Bool = false,
    _ form: BodyForm,
    _ body: Span<UInt8>
  ) {
    startMessage(from: from, id: id, seq: seq, at: at, again: again, form)
    finish(form, body)
  }

  /// Writes a `message` up to its body, which the caller sends behind it, and then
  /// ``endOfMessage``: so that a large one need not be copied.
  ///
  /// - Parameter form: ``BodyForm/text`` or ``BodyForm/data``: others do not go out as they are.
  @inline(__always)
  public func startMessage(
    from: Span<UInt8>,
    id: Span<UInt8>,
    seq: UInt64,
    at: UInt64,
    again: Bool = false,
    _ form: BodyForm
  ) {
    clear()
    append("{\"type\":\"message\",\"from\":")
    common(from, id: id, seq: seq, at: at)
    if again { append(",\"again\":true") }
    bodyKey(form)
  }

  /// Writes a `copy`, for the sender's other connections, with its body.
  ///
  /// - Parameters:
  ///   - to: The id of its recipient.
  ///   - id: The id of the message, unescaped.
  ///   - seq: Its number in the sender's log.
  ///   - at: When it was accepted, ms since 1970.
  ///   - form: Not binary.
  ///   - body: In that form.
  @inline(__always)
  public func copy(
    to: Span<UInt8>,
    id: Span<UInt8>,
    seq: UInt64,
    at: UInt64,
    _ form: BodyForm,
    _ body: Span<UInt8>
  ) {
    startCopy(to: to, id: id, seq: seq, at: at, form)
    finish(form, body)
  }

  /// Writes a `copy` up to its body: see ``startMessage(from:id:seq:at:again:_:)``.
  @inline(__always)
  public func startCopy(
    to: Span<UInt8>,
    id: Span<UInt8>,
    seq: UInt64,
    at: UInt64,
    _ form: BodyForm
  ) {
    clear()
    append("{\"type\":\"copy\",\"to\":")
    common(to, id: id, seq: seq, at: at)
    bodyKey(form)
  }

  /// Writes what goes before the payload of a binary `message`.
  ///
  /// - Parameters:
  ///   - mime: Unescaped; empty for none.
  ///   - name: Unescaped; empty for none.
  ///   - ref: As it was sent with `fetch`; empty for none.
  public func binaryMessage(
    from: Span<UInt8>,
    id: Span<UInt8>,
    seq: UInt64,
    at: UInt64,
    again: Bool = false,
    mime: Span<UInt8> = Span(),
    name: Span<UInt8> = Span(),
    ref: Span<UInt8> = Span()
  ) {
    clear()
    append("\0\0{\"type\":\"message\",\"from\":")
    common(from, id: id, seq: seq, at: at)
    if again { append(",\"again\":true") }
    finishHeader(mime: mime, name: name, ref: ref)
  }

  /// Writes what goes before the payload of a binary `copy`: see
  /// ``binaryMessage(from:id:seq:at:again:mime:name:ref:)``.
  public func binaryCopy(
    to: Span<UInt8>,
    id: Span<UInt8>,
    seq: UInt64,
    at: UInt64,
    mime: Span<UInt8> = Span(),
    name: Span<UInt8> = Span(),
    ref: Span<UInt8> = Span()
  ) {
    clear()
    append("\0\0{\"type\":\"copy\",\"to\":")
    common(to, id: id, seq: seq, at: at)
    finishHeader(mime: mime, name: name, ref: ref)
  }

  @inline(__always)
  private func common(_ party: Span<UInt8>, id: Span<UInt8>, seq: UInt64, at: UInt64) {
    appendString(party)
    append(",\"id\":")
    appendString(id)
    append(",\"seq\":")
    append(decimal: seq)
    append(",\"at\":")
    append(decimal: at)
  }

  @inline(__always)
  private func bodyKey(_ form: BodyForm) {
    precondition(form != .binary, "a binary message has a header of its own")
    if form == .data { append(",\"data\":") } else { append(",\"text\":") }
  }

  @inline(__always)
  private func finish(_ form: BodyForm, _ body: Span<UInt8>) {
    if form == .plainText { appendString(body) } else { append(body) }
    append(UInt8(ascii: "}"))
  }

  private func finishHeader(mime: Span<UInt8>, name: Span<UInt8>, ref: Span<UInt8>) {
    optional(",\"mime\":", string: mime)
    optional(",\"name\":", string: name)
    optional(",\"ref\":", json: ref)
    append(UInt8(ascii: "}"))
    // Names, ids and labels are bounded, to less than 2 KiB with all their escapes.
    setBigEndian(UInt16(count - 2), at: 0)
  }

  /// Adds a field unless it is empty.
  func optional(_ key: StaticString, string: Span<UInt8>) {
    guard !string.isEmpty else { return }
    append(key)
    appendString(string)
  }

  /// Adds a field unless it is empty.
  func optional(_ key: StaticString, json: Span<UInt8>) {
    guard !json.isEmpty else { return }
    append(key)
    append(json)
  }
}
