import ArgumentParser
import Testing
import WebSocketTLS

@testable import Bench

@Suite("A client's TLS") struct ClientTLSTests {
  @Test("the option makes the clients speak it") func option() throws {
    #expect(try SharedOptions.parse(["--tls"]).setting(descriptors: 1000).security != nil)
    #expect(try SharedOptions.parse([]).setting(descriptors: 1000).security == nil)
  }
}
