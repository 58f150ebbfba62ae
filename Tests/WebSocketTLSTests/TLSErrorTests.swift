import COpenSSL
import Testing

@testable import WebSocketTLS

@Suite("TLS errors", .serialized) struct TLSErrorTests {
  @Test("OpenSSL's own words stand behind ours") func words() {
    OpenSSLErrors.clear()
    #expect(TLSError.ofOpenSSL("It failed").sentence == "It failed: no memory.")
    _ = unsafe SSL_CTX_use_certificate_chain_file(SSL_CTX_new(TLS_server_method()), "/nowhere")
    let sentence = TLSError.ofOpenSSL("It failed").sentence
    #expect(sentence.hasPrefix("It failed: ") && !sentence.contains("no memory"))
    #expect(OpenSSLErrors.take() == nil)
  }
}
