import Testing

@testable import Messaging

@Suite("Unknown keys") struct UnknownKeysTests {
  /// A `ping` with these members before its type.
  private func reading(_ members: [String]) -> Reading {
    Reading("{" + (members + [#""type":"ping""#]).joined(separator: ",") + "}")
  }

  @Test("256 are taken, one more is not") func limit() {
    let members = (0..<257).map { "\"k\($0)\":\($0)" }
    #expect(reading(Array(members.prefix(256))).action != nil)
    #expect(reading(members).error == .json(.tooManyKeys))
  }

  @Test("those of objects in other objects count, too") func nested() {
    let members = (0..<128).map { "\"k\($0)\":{\"a\":1}" }
    #expect(reading(members).action != nil)
    #expect(reading(members + ["\"k\":1"]).error == .json(.tooManyKeys))
  }

  @Test("those within `data` do not") func data() {
    let members = (0..<1000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    #expect(reading(["\"data\":{\(members)}"]).action != nil)
  }

  @Test(
    "keys are the same by their characters",
    arguments: [
      (#""abc""#, #""abc""#, true), (#""abc""#, #""\u0061bc""#, true), (#""""#, #""""#, true),
      (#""\/""#, #""/""#, true), (#""\ud83d\ude00""#, "\"😀\"", true), (#""abc""#, #""ABC""#, false),
      (#""abc""#, #""abcd""#, false), (#""é""#, #""e\u0301""#, false),
      (#""a""#, #""a\u0000""#, false),
      (#""12345678""#, #""12345678""#, true), (#""12345678""#, #""123456789""#, false),
    ]
  )
  func same(a: String, b: String, isTwin: Bool) {
    let error = reading(["\(a):1", "\(b):2"]).error
    #expect(error == (isTwin ? .json(.twinKey(offset: 4 + a.utf8.count)) : nil))
    #expect(reading(["\(a):1", "\"between\":{\(b):1}"]).error == nil)
  }

  @Test("a key of the protocol is the same with escapes") func fields() {
    #expect(Reading(#"{"\u0074ype":"ping"}"#).action == .ping(ref: nil))
    #expect(Reading(#"{"t\u0079pe":"p\u0069ng"}"#).action == .ping(ref: nil))
    let twin = Reading(#"{"type":"ping","\u0074ype":"ping"}"#)
    #expect(twin.error == .json(.twinKey(offset: 15)))
  }

  @Test("long keys that differ at their ends are told apart") func long() {
    let key = String(repeating: "k", count: 50_000)
    #expect(reading(["\"\(key)a\":1", "\"\(key)b\":1"]).action != nil)
    #expect(reading(["\"\(key)a\":1", "\"\(key)a\":1"]).action == nil)
  }
}
