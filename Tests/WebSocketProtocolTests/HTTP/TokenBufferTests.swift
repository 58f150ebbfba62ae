import Testing

@testable import WebSocketProtocol

@Suite("Token buffer") struct TokenBufferTests {
  @Test(
    "an element is the same in any parts, without blanks at its end",
    arguments: [
      ["王 \t"], ["", "王", " ", "\t", ""], ["王 ", "\t"], ["王", " \t"],
    ]
  )
  func parts(parts: [String]) {
    var token = TokenBuffer()
    for part in parts.dropLast() { token.append(Array(part.utf8).span) }
    #expect(token.count == parts.dropLast().joined().utf8.count)
    #expect(token.finish(Array((parts.last ?? "").utf8).span) == "王")
    #expect(token.count == 0)
  }

  @Test("a character may be split") func splitCharacter() {
    var token = TokenBuffer()
    token.append([0xe7, 0x8e].span)
    #expect(token.finish([0x8b].span) == "王")
  }
}
