import Testing

@testable import Tokens

@Suite("JSON values") struct JSONValueTests {
  @Test("strings that look alike are not equal") func alike() {
    #expect(JSONValue.string(Array("\u{e9}".utf8)) != .string(Array("e\u{301}".utf8)))
  }

  @Test("only objects have members, and only strings have bytes") func access() {
    let value = JSONValue.object([.init(key: Array("a".utf8), value: .number(1))])
    #expect(value["a"] == .number(1) && value["b"] == nil && value.bytes == nil)
    #expect(JSONValue.array([value])["a"] == nil)
    #expect(JSONValue.string([65]).bytes == [65])
  }
}
