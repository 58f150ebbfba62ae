@testable import Messaging

/// Conversations by the plain protocol.
///
/// The first line holds the settings as letters, each line after it is an instruction: see ``Play``.
///
/// Every message arrives once, whole, in the order of its sender, and at nobody but its target.
enum PlainTarget {
  @Sendable static func check(_ input: [UInt8]) throws(Finding) {
    try checkName(input)
    try checkEnvelope(input)
    var script = Script(input)
    let play = Play(settings: script.line())
    var lines = 0
    while !script.isAtEnd, lines < 1000 {
      try play.step(script.line())
      lines += 1
    }
    try play.finish()
  }

  /// A name is what it was made of, and nothing that could be mistaken in a line of the protocol.
  private static func checkName(_ input: [UInt8]) throws(Finding) {
    let bytes = Array(input.prefix(80))
    guard let id = try? ClientID(bytes.span) else { return }
    try require(Array(id.description.utf8) == bytes, "\(id) is not \(bytes)")
    try require(id.matches(bytes.span), "\(id) does not match its own bytes")
    try require(1...64 ~= bytes.count, "a name of \(bytes.count) bytes")
    try require(
      !bytes.contains { $0 <= UInt8(ascii: " ") || $0 == 0x7f || [0x3a, 0x2f].contains($0) },
      "a forbidden character in \(id)"
    )
  }

  /// What is put together is taken apart as it was; anything else is nil and no trap.
  private static func checkEnvelope(_ input: [UInt8]) throws(Finding) {
    let name = input.prefix { $0 != UInt8(ascii: "\n") }
    let body = Array(input.dropFirst(name.count + 1))
    for form in [MessageForm.text, .binary] {
      _ = PlainEnvelope.parse(UndeliveredMessage(form, input[...]))
      guard let sender = try? ClientID(Array(name).span) else { continue }
      let prefix = PlainEnvelope.prefix(form, from: sender)
      for delivered in [
        UndeliveredMessage(form, (prefix + body)[...]),
        UndeliveredMessage(form, prefix[...], body[...]),
      ] {
        let parsed = PlainEnvelope.parse(delivered)
        let message = KeptMessage(from: sender, form, body[...])
        try require(parsed == message, "\(String(describing: parsed))")
      }
    }
    let colon = PlainEnvelope.colon(in: input.span)
    try require(
      colon == input.prefix(65).firstIndex(of: UInt8(ascii: ":")),
      "the colon at \(String(describing: colon))"
    )
  }
}
