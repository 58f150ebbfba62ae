import Testing
import WebSocketProtocol

@Suite("Accept key (RFC 6455 §4.2.2)") struct AcceptKeyTests {
  @Test(
    "a key is answered as in the examples",
    arguments: [
      ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),  // RFC 6455 §1.3
      ("x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk="),  // Wikipedia, "WebSocket"
    ]
  )
  func accept(key: String, accept: String) {
    #expect(AcceptKey.accept(for: key) == accept)
  }
}
