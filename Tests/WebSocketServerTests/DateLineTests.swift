import Testing

@testable import WebSocketServer

@Suite("Date line") struct DateLineTests {
  @Test("the text is that of the second, also when the clock is set back") func text() {
    var line = DateLine()
    #expect(line.text(at: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    #expect(line.text(at: 1) == "Thu, 01 Jan 1970 00:00:01 GMT")
    #expect(line.text(at: 1) == "Thu, 01 Jan 1970 00:00:01 GMT")
    #expect(line.text(at: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
  }
}
