/// A message in an answer to `history`.
public struct HistoryEntry: Equatable, Sendable {
  /// How far a message has come.
  public enum State: String, Sendable, CaseIterable {
    case accepted, delivered, read
  }

  /// What it holds.
  public enum Body: Equatable, Sendable {
    /// Text or data, in that form.
    case inline(BodyForm, [UInt8])
    /// A binary message, whose bytes can be had by `fetch`; labels unescaped, empty for none.
    case binary(mime: [UInt8], name: [UInt8], size: UInt64)
  }

  /// Who sent it.
  public var from: ClientID
  /// To whom.
  public var to: ClientID
  /// Its id, unescaped.
  public var id: [UInt8]
  /// Its number in the log of who asks.
  public var seq: UInt64
  /// When it was accepted, ms since 1970.
  public var at: UInt64
  /// What it holds.
  public var body: Body
  /// How far it has come.
  public var state: State

  /// Puts one together: see the properties.
  public init(
    from: ClientID,
    to: ClientID,
    id: [UInt8],
    seq: UInt64,
    at: UInt64,
    body: Body,
    state: State
  ) {
    self.from = from
    self.to = to
    self.id = id
    self.seq = seq
    self.at = at
    self.body = body
    self.state = state
  }
}

extension ReplyBuffer {
  /// The largest answer to `history`, in bytes, unless it has a single message that is larger.
  static let historyBytes = 256 * 1024

  /// Begins an answer to `history`.
  ///
  /// - Parameter ref: As it was sent; empty for none.
  public func startHistory(peer: Span<UInt8>, ref: Span<UInt8> = Span()) {
    clear()
    append("{\"type\":\"history\"")
    optional(",\"ref\":", json: ref)
    append(",\"peer\":")
    appendString(peer)
    append(",\"messages\":[")
  }

  /// Adds a message to the answer.
  ///
  /// - Returns: false, and nothing is added, if the answer would become larger than 256 KiB. The first
  ///   message is always added.
  public func addToHistory(_ entry: HistoryEntry) -> Bool {
    let mark = count
    let isFirst = withBytes { $0[mark - 1] == UInt8(ascii: "[") }
    if !isFirst { append(",") }
    append("{\"from\":")
    appendString(entry.from.bytes)
    append(",\"to\":")
    appendString(entry.to.bytes)
    append(",\"id\":")
    appendString(entry.id.span)
    append(",\"seq\":")
    append(decimal: entry.seq)
    append(",\"at\":")
    append(decimal: entry.at)
    append(entry.body)
    append(",\"state\":")
    appendString(entry.state.rawValue)
    append("}")
    guard isFirst || count + Self.endOfHistoryBytes <= Self.historyBytes else {
      truncate(to: mark)
      return false
    }
    return true
  }

  /// Ends the answer.
  ///
  /// - Parameter more: Whether there are earlier messages.
  public func endHistory(more: Bool) {
    if more { append("],\"more\":true}") } else { append("],\"more\":false}") }
  }

  /// What `endHistory` adds at most.
  private static let endOfHistoryBytes = 15

  private func append(_ body: HistoryEntry.Body) {
    switch body {
    case .inline(.data, let json):
      append(",\"data\":")
      append(json.span)
    case .inline(.plainText, let text):
      append(",\"text\":")
      appendString(text.span)
    case .inline(let form, let token):
      precondition(form == .text, "the bytes of a binary message are not part of a history")
      append(",\"text\":")
      append(token.span)
    case .binary(let mime, let name, let size):
      append(",\"binary\":{\"size\":")
      append(decimal: size)
      optional(",\"mime\":", string: mime.span)
      optional(",\"name\":", string: name.span)
      append("}")
    }
  }
}
