import Testing
import WebSocketProtocol

@testable import Bench

@Suite("The client's side of the upgrade") struct UpgradeTests {
  let good = """
    HTTP/1.1 101 Switching Protocols\r
    Upgrade: websocket\r
    sec-websocket-accept: \(AcceptKey.accept(for: "U290dG8gdm9jZSBiZW5jaA=="))\r
    \r

    """

  @Test("the right answer is accepted, up to where frames begin") func accepted() {
    let bytes = Array(good.utf8)
    #expect(Upgrade.judge((bytes + [0x81, 0]).span) == .accepted(end: bytes.count))
    for count in 0..<bytes.count {
      let part = Array(bytes[..<count])
      #expect(Upgrade.judge(part.span) == .incomplete)
    }
  }

  @Test("another answer is refused with its first line") func refused() {
    let busy = Array("HTTP/1.1 503 Service Unavailable\r\n\r\n".utf8)
    #expect(Upgrade.judge(busy.span) == .refused("HTTP/1.1 503 Service Unavailable"))
    let wrong = Array("HTTP/1.1 101 Switching Protocols\r\n\r\n".utf8)
    #expect(Upgrade.judge(wrong.span) == .refused("no right Sec-WebSocket-Accept"))
    let endless = [UInt8](repeating: 0x41, count: Upgrade.responseBytes + 1)
    #expect(Upgrade.judge(endless.span) == .refused("a response without an end"))
  }

  @Test("the request is one that a server understands") func request() {
    let text = String(decoding: Upgrade.request(id: 100_000, host: "[::1]:80"), as: UTF8.self)
    #expect(text.hasPrefix("GET /ws/100000 HTTP/1.1\r\nHost: [::1]:80\r\n"))
    #expect(text.hasSuffix("\r\nSec-WebSocket-Version: 13\r\n\r\n"))
  }
}
