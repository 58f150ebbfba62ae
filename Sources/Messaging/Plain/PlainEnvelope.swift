/// The plain protocol: what a client sends, `TARGET:MESSAGE`, and what it gets.
enum PlainEnvelope {
  /// Where the colon is that ends the target; `nil` when the first 65 bytes have none.
  static func colon(in payload: Span<UInt8>) -> Int? {
    for index in 0..<min(payload.count, ClientID.maximumBytes + 1)
    where payload[index] == UInt8(ascii: ":") {
      return index
    }
    return nil
  }

  /// Before the sender of a text.
  static let beforeSender = "Client #"
  /// Between the sender and the text.
  static let beforeText = " says: "
  /// Between the sender and the bytes of a binary message.
  static let beforeBytes = ":"

  /// What goes before the body of a message from `sender`.
  static func prefix(_ form: MessageForm, from sender: ClientID) -> [UInt8] {
    form == .text
      ? Array((beforeSender + sender.description + beforeText).utf8)
      : Array((sender.description + beforeBytes).utf8)
  }

  /// Takes a delivered message apart again; `nil` for notices and errors.
  static func parse(_ delivered: UndeliveredMessage) -> KeptMessage? {
    var name = delivered.first
    if delivered.form == .text {
      let start = Array(beforeSender.utf8)
      guard name.starts(with: start) else { return nil }
      name = name.dropFirst(start.count)
    }
    // A name has neither spaces nor colons, so the first one ends it.
    let end = Array((delivered.form == .text ? beforeText : beforeBytes).utf8)
    guard let stop = name.firstIndex(of: end[0]), name[stop...].starts(with: end),
      let sender = try? ClientID(Array(name[..<stop]).span)
    else { return nil }
    let body = joined(name[(stop + end.count)...], delivered.second)
    return KeptMessage(from: sender, delivered.form, body)
  }

  /// From here on a body goes on sharing the memory in which it was received; a smaller one might
  /// keep alive many times its size.
  private static let leastSharedBytes = 16 * 1024

  private static func joined(
    _ first: ArraySlice<UInt8>,
    _ second: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8> {
    if first.isEmpty, second.count >= leastSharedBytes { return second }
    if second.isEmpty, first.count >= leastSharedBytes { return first }
    return (Array(first) + second)[...]
  }

  /// The leave notice.
  static func left(_ client: ClientID) -> String { "Client #\(client) left the chat" }

  /// Told once for each sender and target, until the target is there again.
  static func offline(_ target: ClientID) -> String {
    "Client #\(target) is offline; the message is kept and will be delivered when they connect"
  }

  /// For a frame that is no message.
  static let noColon =
    "Error: a message is TARGET:MESSAGE, and TARGET has at most 64 bytes; there is no colon here"

  /// For a target that nobody can be.
  static func badTarget(_ error: ClientIDError) -> String { "Error: \(error.sentence)" }

  /// For a message beyond the limit of so many a second.
  static func rateLimited(_ limit: Int) -> String {
    "Error: only \(limit) messages a second are allowed; this one was not sent"
  }

  /// For a target that the client's token does not allow.
  static func forbidden(_ target: ClientID) -> String {
    "Error: your token does not allow you to write to \(target); the message was not sent"
  }

  /// For a message that could not be kept.
  static func notKept(_ target: ClientID, _ error: StoreError) -> String {
    switch error {
    case .full: "Error: the mailbox of \(target) is full; the message was not kept"
    case .unavailable: "Error: messages cannot be kept at the moment; send it again later"
    }
  }
}
