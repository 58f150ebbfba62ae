import Testing

@testable import MessagingService

@Suite("JSON that is sent") struct JSONValueTests {
  @Test(
    "values of all kinds",
    arguments: [
      (.null, "null"), (.bool(true), "true"), (.bool(false), "false"),
      (.number(0), "0"), (.number(.max), "18446744073709551615"),
      (.string("a\"\\\n\u{1}ü"), #""a\"\\\n\u0001ü""#),
      (.array([]), "[]"), (.array([.number(1), .null]), "[1,null]"),
      (.object([]), "{}"),
      (["b": ["c": 1.json], "a": .array([.bool(true)])], #"{"b":{"c":1},"a":[true]}"#),
      (.optional(nil), "null"), (.optional(7), "7"),
    ] as [(JSONValue, String)]
  )
  func write(value: JSONValue, text: String) {
    #expect(String(decoding: value.bytes, as: UTF8.self) == text)
  }
}

extension Int {
  fileprivate var json: JSONValue { .number(UInt64(self)) }
}
