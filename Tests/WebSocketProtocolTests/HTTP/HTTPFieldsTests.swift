import Testing
@testable import WebSocketProtocol

@Suite("HTTP fields (RFC 9110 §5)") struct HTTPFieldsTests {
  @Test("names ignore case, values and order are kept") func order() {
    let fields: HTTPFields = ["A": "1", "b": "2", "a": "3"]
    #expect(fields.first("a") == "1")
    #expect(fields.all("A") == ["1", "3"])
    #expect(fields.all("c") == [])
    #expect(fields.map(\.name) == ["A", "b", "a"])
  }

  @Test("a field may come in parts, and has no blanks at its end") func parts() {
    var fields: HTTPFields = ["A": "1"]
    for part in ["", "B", "c"] { fields.appendPart(part.utf8.span) }
    #expect(fields.partCount == 2)
    for part in ["2 ", "3", " \t"] { fields.appendPart(part.utf8.span) }
    fields.endField(nameCount: 2)
    #expect(fields == ["A": "1", "Bc": "2 3"])
    fields.appendPart("D".utf8.span)
    fields.appendPart(" ".utf8.span)
    fields.endField(nameCount: 1)
    #expect(fields.partCount == 0)
    #expect(fields == ["A": "1", "Bc": "2 3", "D": ""])
  }

  @Test("names and values are not the same when they are cut elsewhere") func cut() {
    #expect(["AB": "C"] as HTTPFields != ["A": "BC"])
    #expect(["A": "", "B": "C"] as HTTPFields != ["A": "B", "C": ""])
  }

  @Test("a field is found behind another, and alone") func places() {
    let fields: HTTPFields = ["A": "1", "b": "2", "a": "3"]
    #expect(fields.place(of: "a") == 0)
    #expect(fields.place(of: "A", from: 1) == 2)
    #expect(fields.place(of: "a", from: 3) == nil)
    #expect(fields.onlyPlace(of: "B") == 1)
    #expect(fields.onlyPlace(of: "a") == nil)
    #expect(fields.onlyPlace(of: "c") == nil)
  }

  @Test("what is no UTF-8 is kept as it is, and repaired when it is asked for") func repair() {
    var fields = HTTPFields()
    let value: [UInt8] = [0x61, 0xff]
    fields.appendChecked("A".utf8.span, value.span)
    #expect(fields.first("a") == "a\u{fffd}")
    #expect(fields.map(\.value) == ["a\u{fffd}"])
    var kept: [UInt8] = []
    kept.append(copying: fields.value(at: 0))
    #expect(kept == value)
  }

  @Test("set replaces all fields of a name") func set() {
    var fields: HTTPFields = ["A": "1", "b": "2", "a": "3"]
    fields.set("a", "4")
    #expect(fields == ["b": "2", "a": "4"])
  }

  @Test("a list may be spread over fields and have empty members (§5.6.1)") func tokens() {
    let fields: HTTPFields = ["Connection": "keep-alive ,\tUpgrade,", "X": "y", "connection": ",z"]
    #expect(fields.tokens(in: "Connection") == ["keep-alive", "Upgrade", "z"])
    #expect(fields.containsToken("upgrade", in: "Connection"))
    #expect(!fields.containsToken("up", in: "Connection"))
    #expect(!fields.containsToken("upgrade", in: "Upgrade"))
  }

  @Test(
    "a token is found wherever it stands in a list, as a whole member",
    arguments: [
      ("close", true), ("CLOSE", true), (" \tclose\t ", true), ("a,close", true), ("close,a", true),
      ("a ,\tclose , b", true), (",,close,", true), ("", false), (",", false), (" , ", false),
      ("closed", false), ("a close", false), ("close b", false), ("clos,e", false),
      ("\"close\"", false),
    ]
  )
  func containsToken(value: String, isThere: Bool) {
    var fields = HTTPFields()
    fields.appendChecked("connection".utf8.span, value.utf8.span)
    #expect(fields.containsToken("close", in: "Connection") == isThere)
    #expect(fields.tokens(in: "Connection").contains { $0.equalsIgnoringCase("close") } == isThere)
  }

  @Test(
    "a name is a token",
    arguments: [
      ("Host", true), ("X-1!", true), ("", false), ("a b", false), ("a:", false), ("é", false),
      ("a\r\n", false),
    ]
  )
  func name(text: String, isValid: Bool) {
    #expect(HTTPFields.isName(text) == isValid)
  }

  @Test(
    "a value has no control characters and no blanks at its ends",
    arguments: [
      ("", true), ("a b", true), ("a\tb", true), ("é", true), (" a", false), ("a\t", false),
      ("a\r\nB: c", false), ("a\nb", false), ("a\u{0}", false), ("\u{7f}", false),
    ]
  )
  func value(text: String, isValid: Bool) {
    #expect(HTTPFields.isValue(text) == isValid)
  }

  @Test("a value that would start a line of its own traps") func injection() async {
    await #expect(processExitsWith: .failure) {
      var fields = HTTPFields()
      fields.append("A", "b\r\nC: d")
    }
  }
}
