extension Request {
  /// Reads a message.
  ///
  /// - Parameters:
  ///   - frame: A text message is JSON, and known to be valid UTF-8. A binary one has the length of its
  ///     header in two bytes, the higher one first, the header as JSON, and the payload.
  ///   - form: Which of the two it is.
  /// - Throws: `Refusal`, with as much as could be read of what an answer names.
  public init(_ frame: Span<UInt8>, _ form: MessageForm) throws(Refusal) {
    if form == .text, let ordinary = Request(ordinary: frame) {
      self = ordinary
    } else {
      try self.init(any: frame, form)
    }
  }

  /// Reads any message, field by field.
  @inline(never)
  init(any frame: Span<UInt8>, _ form: MessageForm) throws(Refusal) {
    var fields = RequestFields()
    var payload: Range<Int>?
    do throws(RequestError) {
      switch form {
      case .text:
        do throws(JSONError) { try fields.read(frame) } catch { throw .json(error) }
      case .binary:
        payload = try fields.readHeader(frame)
      }
    } catch {
      throw Refusal(error: error, reference: fields.reference(in: frame))
    }
    let reference = fields.reference(in: frame)
    do throws(RequestError) {
      self.init(reference, try Self.action(fields, reference, payload: payload, in: frame))
    } catch {
      throw Refusal(error: error, reference: reference)
    }
  }

  /// What a `type` may be.
  static let typeNames = [
    "send", "signal", "received", "read", "watch", "unwatch", "history", "fetch", "auth", "ping",
  ]

  @inline(__always)
  private static func action(
    _ fields: RequestFields,
    _ reference: Reference,
    payload: Range<Int>?,
    in text: Span<UInt8>
  ) throws(RequestError) -> Action {
    guard let type = fields[.type]?.string else { throw .noType }
    guard let name = type.withBytes(in: text, { ShortName($0) }) else { throw .unknownType }
    if name == ShortName("s", "e", "n", "d") {
      return .send(try send(fields, reference, payload: payload, in: text))
    }
    return try rareAction(name, fields, reference, isBinary: payload != nil, in: text)
  }

  @inline(__always)
  private static func send(
    _ fields: RequestFields,
    _ reference: Reference,
    payload: Range<Int>?,
    in text: Span<UInt8>
  ) throws(RequestError) -> Send {
    let to = try fields.target(.to, in: text)
    let id = try id(fields, reference)
    // Such ids are the server's own, for messages that come without one.
    guard id.withBytes(in: text, { $0[0] != UInt8(ascii: "~") }) else { throw .invalid(.id) }
    if let payload {
      guard fields[.text] == nil, fields[.data] == nil else { throw .bodyInHeader }
      let mime = try fields.label(.mime, in: text, where: MediaLabel.isMediaType)
      let name = try fields.label(.name, in: text, where: MediaLabel.isFileName)
      return Send(
        to: to,
        id: id,
        body: .binary(Binary(payload: payload, mime: mime, name: name))
      )
    }
    guard let data = fields[.data] else {
      guard fields[.text] != nil else { throw .notOneBody }
      return Send(to: to, id: id, body: .text(try fields.string(.text)))
    }
    guard fields[.text] == nil else { throw .notOneBody }
    return Send(to: to, id: id, body: .data(data.range))
  }

  @inline(never)
  private static func rareAction(
    _ name: ShortName,
    _ fields: RequestFields,
    _ reference: Reference,
    isBinary: Bool,
    in text: Span<UInt8>
  ) throws(RequestError) -> Action {
    let action: Action
    switch name {
    case ShortName("s", "i", "g", "n", "a", "l"):
      let to = try fields.target(.to, in: text)
      action = .signal(Signal(to: to, data: try fields.required(.data).range))
    case ShortName("r", "e", "c", "e", "i", "v", "e", "d"):
      let log = try fields.string(.log)
      action = .received(Received(log: log, seq: try fields.number(.seq, in: text)))
    case ShortName("r", "e", "a", "d"):
      let to = try fields.target(.to, in: text)
      action = .read(Read(to: to, id: try id(fields, reference)))
    case ShortName("w", "a", "t", "c", "h"): action = .watch(try peers(fields, in: text))
    case ShortName("u", "n", "w", "a", "t", "c", "h"):
      action = .unwatch(try peers(fields, in: text))
    case ShortName("h", "i", "s", "t", "o", "r", "y"):
      action = .history(
        History(
          peer: try fields.target(.peer, in: text),
          before: try fields.optionalNumber(.before, in: text),
          limit: try fields.limit(in: text),
          ref: try fields.ref(reference)
        )
      )
    case ShortName("f", "e", "t", "c", "h"):
      let seq = try fields.number(.seq, in: text)
      action = .fetch(Fetch(seq: seq, ref: try fields.ref(reference)))
    case ShortName("a", "u", "t", "h"):
      let token = try fields.string(.token)
      guard 1...maximumTokenBytes ~= token.utf8Count(in: text) else { throw .invalid(.token) }
      action = .auth(token: token)
    case ShortName("p", "i", "n", "g"): action = .ping(ref: try fields.ref(reference))
    default: throw .unknownType
    }
    guard !isBinary else { throw .notSend }
    return action
  }

  private static func id(
    _ fields: RequestFields,
    _ reference: Reference
  ) throws(RequestError) -> JSONString {
    if let id = reference.id { return id }
    throw fields[.id] == nil ? .missing(.id) : .invalid(.id)
  }

  private static func peers(
    _ fields: RequestFields,
    in text: Span<UInt8>
  ) throws(RequestError) -> Peers {
    let list = try fields.required(.peers)
    guard list.kind == .array else { throw .invalid(.peers) }
    var count = 0
    try Peers.forEach(list.range, in: text) { token throws(RequestError) in
      guard count < maximumPeers else { throw .tooManyPeers }
      count += 1
      _ = try RequestFields.target(token, .peers, in: text)
    }
    return Peers(list: list.range, count: count)
  }
}

extension RequestFields {
  /// Reads the header of a binary message.
  ///
  /// - Returns: where the payload lies.
  mutating func readHeader(_ frame: Span<UInt8>) throws(RequestError) -> Range<Int> {
    guard frame.count >= 2 else { throw .headerLength }
    let end = 2 + Int(frame[0]) << 8 + Int(frame[1])
    guard end <= frame.count else { throw .headerLength }
    let head = frame.extracting(0..<end)
    // Unlike a text message, this one has not been looked at before.
    guard (try? UTF8Span(validating: head.extracting(2..<end))) != nil else {
      throw .json(.notUTF8)
    }
    do throws(JSONError) { try read(head, from: 2) } catch { throw .json(error) }
    return end..<frame.count
  }
}
