import Testing

@testable import Messaging

@Suite("A message that a back end posts") struct PostedMessageTests {
  private func read(_ text: String) throws(PostedMessageError) -> PostedMessage {
    let bytes = Array(text.utf8)
    return try PostedMessage(bytes.span)
  }

  private func error(_ text: String) -> PostedMessageError? {
    do throws(PostedMessageError) {
      _ = try read(text)
      return nil
    } catch {
      return error
    }
  }

  @Test("text is kept as the JSON string that was sent") func text() throws {
    let message = try read(#" { "to" : "b\u00e9" , "text" : "a\n\"" , "from":"a", "id":"é1" } "#)
    #expect(message.from == "a" && message.to == "bé")
    #expect(message.id == Array("é1".utf8))
    #expect(message.form == .text && message.body == Array(#""a\n\"""#.utf8))
  }

  @Test("data is kept byte for byte, twin keys and halves of pairs included") func data() throws {
    let data = #"{"a": 1e400, "a": "\ud800", "b":[ ]}"#
    let message = try read(#"{"from":"a","to":"b","data":\#(data)}"#)
    #expect(message.form == .data && message.body == Array(data.utf8))
    #expect(message.id == nil)
    #expect(try read(#"{"from":"a","to":"b","data":null}"#).body == Array("null".utf8))
  }

  @Test("other fields are ignored") func others() throws {
    let message = try read(#"{"type":"send","from":"a","seq":[{}],"to":"b","text":""}"#)
    #expect(message.body == Array("\"\"".utf8))
  }

  @Test(
    "what is not as it must be is refused",
    arguments: [
      ("", .json(.incomplete)), ("[]", .json(.notAnObject)), ("{}", .missing("from")),
      ("{} ", .missing("from")), ("{}x", .json(.unexpected(offset: 2))),
      (#"{"from":"a"}"#, .missing("to")),
      (#"{"from":1,"to":"b","text":""}"#, .notString("from")),
      (#"{"from":"a","to":"","text":""}"#, .badClient("to", .empty)),
      (#"{"from":"a","to":"b c","text":""}"#, .badClient("to", .forbidden("white space"))),
      (#"{"from":"a","to":"b"}"#, .notOneBody),
      (#"{"from":"a","to":"b","text":"","data":1}"#, .notOneBody),
      (#"{"from":"a","to":"b","text":null}"#, .badText),
      (#"{"from":"a","to":"b","text":"","id":""}"#, .badID),
      (#"{"from":"a","to":"b","text":"","id":"~1"}"#, .badID),
      (#"{"from":"a","to":"b","text":"","id":null}"#, .badID),
      (#"{"from":"a","to":"b","text":"","x":1,"x":2}"#, .json(.twinKey(offset: 37))),
      (#"{"from":"a","to":"b","text":"\ud800"}"#, .json(.loneSurrogate(offset: 29))),
      (#"{"from":"a","to":"b","text":"""#, .json(.incomplete)),
      (#"{"from":"a","to":"b","data":{}"#, .json(.incomplete)),
    ] as [(String, PostedMessageError)]
  )
  func refused(text: String, expected: PostedMessageError) {
    #expect(error(text) == expected)
    #expect(expected.sentence.hasSuffix(".") || expected.sentence.hasSuffix(".)"))
  }

  @Test("an id has at most 64 bytes") func longID() {
    func body(_ count: Int) -> String {
      #"{"from":"a","to":"b","text":"","id":"\#(String(repeating: "x", count: count))"}"#
    }
    #expect(error(body(64)) == nil)
    #expect(error(body(65)) == .badID)
  }

  @Test("bytes that are no UTF-8 are refused") func notUTF8() {
    let bytes = Array(#"{"from":"a","to":"b","text":""#.utf8) + [0xFF] + Array("\"}".utf8)
    #expect(throws: PostedMessageError.notUTF8) { try PostedMessage(bytes.span) }
  }

  @Test("a bad id of a client has a code of its own") func codes() {
    #expect(PostedMessageError.badClient("to", .empty).code == .badTarget)
    #expect(PostedMessageError.notString("to").code == .badTarget)
    #expect(PostedMessageError.badID.code == .badRequest)
  }
}
