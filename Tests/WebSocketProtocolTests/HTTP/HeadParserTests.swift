import Testing
import WebSocketProtocol

@Suite("Limits of a request's head") struct HeadParserTests {
  @Test("the header may be as large as its limit, and not a byte larger", arguments: [-1, 0, 1])
  func headerLimit(excess: Int) {
    let start = "GET / HTTP/1.1\r\nHost: x\r\nX: "
    let filler = 16 * 1024 + excess - start.utf8.count - 4
    let result = transcript(start + String(repeating: "x", count: filler) + "\r\n\r\n")
    #expect(result.error == (excess > 0 ? .headerTooLarge(limit: 16 * 1024) : nil))
    #expect(result.heads.count == (excess > 0 ? 0 : 1))
  }

  @Test("a header that is too large fails before it ends", arguments: [0, 1])
  func endlessHeader(excess: Int) {
    let start = "GET / HTTP/1.1\r\nX: "
    let filler = 16 * 1024 + excess - start.utf8.count
    let result = transcript(start + String(repeating: "x", count: filler))
    #expect(result.error == (excess > 0 ? .headerTooLarge(limit: 16 * 1024) : nil))
  }

  @Test("a target may be as long as its limit, and fails before it ends", arguments: [-1, 0, 1])
  func targetLimit(excess: Int) {
    let start = "GET /" + String(repeating: "x", count: 8 * 1024 - 1 + excess)
    #expect(transcript(start).error == (excess > 0 ? .targetTooLong(limit: 8 * 1024) : nil))
    let result = transcript(start + " HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(result.heads.count == (excess > 0 ? 0 : 1))
  }
}
