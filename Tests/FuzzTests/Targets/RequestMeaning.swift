@testable import Messaging

/// What a request says, without the way in which it was written; and a way to write it anew.
struct RequestMeaning: Equatable {
  private enum Value: Equatable {
    /// The characters of a string.
    case string([UInt8])
    /// JSON as it was sent.
    case json([UInt8])
    case number(UInt64)
    case strings([[UInt8]])
  }

  private let type: String
  private var fields: [String: Value] = [:]
  private var payload: [UInt8]?

  /// What a request says that was read from `frame`.
  init(_ request: Request, in frame: [UInt8]) throws(Finding) {
    switch request.action {
    case .send(let send):
      type = "send"
      try set("to", send.to, frame)
      try set("id", send.id, frame)
      switch send.body {
      case .text(let text): try set("text", text, frame)
      case .data(let data): try setJSON("data", data, frame)
      case .binary(let binary):
        try MessageProperties.checkRange(binary.payload, in: frame)
        payload = Array(frame[binary.payload])
        if let mime = binary.mime { try set("mime", mime, frame) }
        if let name = binary.name { try set("name", name, frame) }
      }
    case .signal(let signal):
      type = "signal"
      try set("to", signal.to, frame)
      try setJSON("data", signal.data, frame)
    case .received(let received):
      type = "received"
      try set("log", received.log, frame)
      fields["seq"] = .number(received.seq)
    case .read(let read):
      type = "read"
      try set("to", read.to, frame)
      try set("id", read.id, frame)
    case .watch(let peers):
      type = "watch"
      try set(peers, frame)
    case .unwatch(let peers):
      type = "unwatch"
      try set(peers, frame)
    case .history(let history):
      type = "history"
      try set("peer", history.peer, frame)
      fields["before"] = history.before.map { .number($0) }
      fields["limit"] = .number(UInt64(history.limit))
      if let ref = history.ref { try setJSON("ref", ref, frame) }
    case .fetch(let fetch):
      type = "fetch"
      fields["seq"] = .number(fetch.seq)
      if let ref = fetch.ref { try setJSON("ref", ref, frame) }
    case .auth(let token):
      type = "auth"
      try set("token", token, frame)
    case .ping(let ref):
      type = "ping"
      if let ref { try setJSON("ref", ref, frame) }
    }
  }

  /// A message that says the same.
  func written() -> [UInt8] {
    let buffer = ReplyBuffer()
    buffer.append(UInt8(ascii: "{"))
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      buffer.appendString(name)
      buffer.append(" : ")
      switch value {
      case .string(let bytes): buffer.appendString(bytes.span)
      case .json(let bytes): buffer.append(bytes.span)
      case .number(let number): buffer.append(decimal: number)
      case .strings(let strings):
        buffer.append(UInt8(ascii: "["))
        for (index, bytes) in strings.enumerated() {
          if index > 0 { buffer.append(UInt8(ascii: ",")) }
          buffer.appendString(bytes.span)
        }
        buffer.append(UInt8(ascii: "]"))
      }
      buffer.append(",\n")
    }
    buffer.append("\"type\":")
    buffer.appendString(type)
    buffer.append(UInt8(ascii: "}"))
    guard let payload else { return buffer.bytes }
    return [UInt8(buffer.count >> 8), UInt8(buffer.count & 0xFF)] + buffer.bytes + payload
  }

  private mutating func set(
    _ name: String,
    _ string: JSONString,
    _ frame: [UInt8]
  ) throws(Finding) {
    fields[name] = .string(try MessageProperties.characters(string, in: frame))
  }

  private mutating func setJSON(
    _ name: String,
    _ range: Range<Int>,
    _ frame: [UInt8]
  ) throws(Finding) {
    try MessageProperties.checkRange(range, in: frame)
    fields[name] = .json(Array(frame[range]))
  }

  private mutating func set(_ peers: Request.Peers, _ frame: [UInt8]) throws(Finding) {
    let ids = peers.ids(in: frame.span)
    try require(ids.count == peers.count, "\(ids.count) of \(peers.count) peers")
    fields["peers"] = .strings(ids.map { Array($0.description.utf8) })
  }
}
