import Testing

@testable import WebSocketServer

@Suite("Text from bytes") struct StringSpanTests {
  @Test("valid text becomes a string", arguments: ["", "bye", "gr\u{FC}\u{DF}e \u{20AC}"])
  func copies(text: String) {
    let bytes = Array(text.utf8)
    #expect(String(copying: bytes.span) == text)
  }
}
