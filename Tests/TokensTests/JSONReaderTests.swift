import Testing

@testable import Tokens

@Suite("JSON of tokens (RFC 8259)") struct JSONReaderTests {
  private func read(_ text: String) throws(JSONReaderError) -> JSONValue {
    try JSONReader.object(Array(text.utf8).span)
  }

  @Test("values of all kinds are read") func values() throws {
    let value = try read(
      #" {"a":[1,-2.5e1,true,false,null,{}],"b" : "x\u00e9\ud83d\ude00\n\/" ,"":[ ]}"# + "\n"
    )
    #expect(
      value["a"]
        == .array([.number(1), .number(-25), .bool(true), .bool(false), .null, .object([])])
    )
    #expect(value["b"]?.bytes == Array("xé😀\n/".utf8))
    #expect(value[""] == .array([]))
    #expect(value["c"] == nil)
  }

  @Test(
    "what breaks the grammar is refused",
    arguments: [
      "", " ", "{", "}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,}"#, #"{"a":1}x"#, #"{"a":01}"#,
      #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":+1}"#, #"{"a":1e}"#, #"{"a":-}"#, #"{"a":tru}"#,
      #"{"a":"\x"}"#, #"{"a":"\u12"}"#, #"{"a":"\u12g4"}"#, #"{"a":[1,]}"#, #"{"a":[1 2]}"#,
      "{\"a\":\"\t\"}", #"{"a":"b}"#, "{'a':1}", #"{a:1}"#, #"{"a":NaN}"#, "{\"a\":1\u{0}}",
      #"{"a":0x1}"#,
    ]
  )
  func syntax(text: String) {
    #expect(throws: JSONReaderError.syntax) { try read(text) }
  }

  @Test("only objects are taken", arguments: ["[]", "1", "null", "\"a\"", "[{}]"])
  func notAnObject(text: String) {
    #expect(throws: JSONReaderError.notAnObject) { try read(text) }
  }

  @Test(
    "the same key twice is refused, however it is written and wherever",
    arguments: [#"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"b":[{"a":1,"b":2,"a":3}]}"#]
  )
  func twins(text: String) {
    #expect(throws: JSONReaderError.twinKey) { try read(text) }
  }

  @Test("keys that only look alike are two") func alike() throws {
    #expect(throws: Never.self) { try read("{\"\u{e9}\":1,\"e\u{301}\":2}") }
  }

  @Test(
    "half of a surrogate pair is refused",
    arguments: [#"\ud800"#, #"\udc00"#, #"\ud800\u0041"#, #"\ud800\ud800"#, #"\ud800x"#]
  )
  func surrogates(text: String) {
    #expect(throws: JSONReaderError.loneSurrogate) { try read(#"{"a":""# + text + #""}"#) }
  }

  @Test("what is no UTF-8 is refused") func notUTF8() {
    #expect(throws: JSONReaderError.notUTF8) {
      try JSONReader.object([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D].span)
    }
  }

  @Test("the depth has a bound", arguments: [-1, 0, 1]) func depth(beyond: Int) {
    let count = JSONReader.maximumDepth - 1 + beyond
    let text =
      #"{"a":"# + String(repeating: "[", count: count) + String(repeating: "]", count: count) + "}"
    if beyond > 0 {
      #expect(throws: JSONReaderError.tooDeep) { try read(text) }
    } else {
      #expect(throws: Never.self) { try read(text) }
    }
  }

  @Test("numbers beyond all bounds are infinite") func huge() throws {
    #expect(try read(#"{"a":1e999}"#)["a"] == .number(.infinity))
  }
}
