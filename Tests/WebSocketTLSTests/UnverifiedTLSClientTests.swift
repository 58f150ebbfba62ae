import Testing
import WebSocketServer

@testable import WebSocketTLS

@Suite("A client that believes any certificate") struct UnverifiedTLSClientTests {
  @Test("it speaks first") func first() throws {
    let client = try #require(UnverifiedTLSClient().makeFilter())
    #expect(!client.hasOutput)
    let nothing: [UInt8] = []
    #expect(client.open(nothing.span) { _ in true } == .open)
    // A handshake record (RFC 8446 §5.1).
    #expect(client.takeOutput().first == 22)
  }
}
