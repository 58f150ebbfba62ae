import Testing

@testable import WebSocketTLS

@Suite("Application protocol (ALPN, RFC 7301)") struct ApplicationProtocolTests {
  private func place(_ names: [String]) -> Range<Int>? {
    let list = names.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    return ApplicationProtocol.place(in: list.span)
  }

  @Test("HTTP/1.1 is found wherever it stands") func found() {
    #expect(place(["http/1.1"]) == 1..<9)
    #expect(place(["h2", "http/1.1", "x"]) == 4..<12)
  }

  @Test("others are not it", arguments: [[], ["h2"], ["http/1.0"], ["http/1.10"], ["HTTP/1.1"]])
  func others(names: [String]) {
    #expect(place(names) == nil)
  }

  @Test("a list that ends too early has nothing", arguments: [[9], [8, 104], [3, 104, 50]])
  func cut(list: [UInt8]) {
    #expect(ApplicationProtocol.place(in: list.span) == nil)
  }
}
