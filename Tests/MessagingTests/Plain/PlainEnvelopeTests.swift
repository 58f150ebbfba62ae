import Testing

@testable import Messaging

@Suite("Plain envelope") struct PlainEnvelopeTests {
  private func colon(in payload: String) -> Int? {
    PlainEnvelope.colon(in: Array(payload.utf8).span)
  }

  @Test(
    "the first colon ends the target",
    arguments: [("a:b", 1), ("a:b:c", 1), (":b", 0), ("a:", 1), (":", 0), ("日本:x", 6)]
  )
  func colon(payload: String, place: Int) {
    #expect(colon(in: payload) == place)
  }

  @Test(
    "a colon counts within the first 65 bytes only",
    arguments: [(63, 63), (64, 64), (65, nil), (66, nil)] as [(Int, Int?)]
  )
  func colonLimit(bytes: Int, place: Int?) {
    let payload = String(repeating: "x", count: bytes) + ":text"
    #expect(colon(in: payload) == place)
  }

  @Test("without a colon there is none", arguments: ["", "a", "no colon here"])
  func noColon(payload: String) {
    #expect(colon(in: payload) == nil)
  }

  @Test("text and binary have prefixes of their own") func prefixes() {
    #expect(PlainEnvelope.prefix(.text, from: "1001") == Array("Client #1001 says: ".utf8))
    #expect(PlainEnvelope.prefix(.binary, from: "1001") == Array("1001:".utf8))
  }

  @Test(
    "what was delivered comes apart again",
    arguments: [
      ("a", ""), ("a", "hello"), ("a", " says: x"), ("says", "says: says: "), ("#", ": ::"),
      ("Client", "Client #x left the chat"), ("é日😀", "\0\n"),
    ],
    [MessageForm.text, .binary]
  )
  func roundTrip(message: (sender: String, body: String), form: MessageForm) {
    let (sender, body) = message
    let id = ClientID(stringLiteral: sender)
    let delivered = PlainEnvelope.prefix(form, from: id) + Array(body.utf8)
    #expect(
      PlainEnvelope.parse(UndeliveredMessage(form, delivered[...]))
        == KeptMessage(from: id, form, ArraySlice(body.utf8))
    )
  }

  @Test("any bytes come apart again") func anyBytes() {
    let body = (0...255).map { UInt8($0) }
    #expect(
      PlainEnvelope.parse(UndeliveredMessage(.binary, "a:".utf8 + body[...]))
        == KeptMessage(from: "a", .binary, body[...])
    )
  }

  @Test("notices and errors are no messages") func notices() {
    let lines = [
      PlainEnvelope.left("a"), PlainEnvelope.left("says"), PlainEnvelope.offline("a"),
      PlainEnvelope.noColon, PlainEnvelope.badTarget(.empty),
      PlainEnvelope.notKept("a", .full), PlainEnvelope.notKept("a", .unavailable),
      "", "Client #", "Client # says: x", "Client #a", "Client #a says:", "Client #a b says: x",
    ]
    for line in lines {
      #expect(
        PlainEnvelope.parse(UndeliveredMessage(.text, ArraySlice(line.utf8))) == nil,
        "\(line)"
      )
    }
    for line in ["", ":", "a", "a b:c"] {
      #expect(
        PlainEnvelope.parse(UndeliveredMessage(.binary, ArraySlice(line.utf8))) == nil,
        "\(line)"
      )
    }
  }

  @Test("the server's lines are those of the protocol") func lines() {
    #expect(PlainEnvelope.left("1001") == Line.left("1001"))
    #expect(PlainEnvelope.offline("1001") == Line.offline("1001"))
    let errors = [
      PlainEnvelope.noColon, PlainEnvelope.badTarget(.notUTF8),
      PlainEnvelope.notKept("a", .full), PlainEnvelope.notKept("a", .unavailable),
    ]
    for error in errors { #expect(error.hasPrefix("Error: ")) }
    #expect(Set(errors).count == errors.count)
  }
}
