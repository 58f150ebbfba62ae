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
  static func parse(_ form: MessageForm, _ delivered: [UInt8]) -> KeptMessage? {
    var name = delivered[...]
    if form == .text {
      let start = Array(beforeSender.utf8)
      guard delivered.starts(with: start) else { return nil }
      name = delivered.dropFirst(start.count)
    }
    // A name has neither spaces nor colons, so the first one ends it.
    let end = Array((form == .text ? beforeText : beforeBytes).utf8)
    guard let stop = name.firstIndex(of: end[0]), delivered[stop...].starts(with: end),
      let sender = try? ClientID(Array(name[..<stop]).span)
    else { return nil }
    return KeptMessage(from: sender, form, Array(delivered[(stop + end.count)...]))
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

  /// For a message that could not be kept.
  static func notKept(_ target: ClientID, _ error: MailboxError) -> String {
    switch error {
    case .full: "Error: the mailbox of \(target) is full; the message was not kept"
    case .unavailable: "Error: messages cannot be kept at the moment; send it again later"
    }
  }
}
