import Messaging
import Testing

@testable import sotto

@Suite("Client ids as arguments") struct ClientIDsTests {
  @Test("an id is one that can connect", arguments: ["", "a b", "a:b", "a/b"])
  func wrong(text: String) throws {
    #expect(throws: ArgumentError.self) { try ArgumentSyntax<ClientID>.clientID.value(of: text) }
    #expect(throws: ArgumentError.self) {
      try ArgumentSyntax<[String]>.peers.value(of: "a,\(text)")
    }
  }

  @Test("peers are separated by commas") func peers() throws {
    #expect(try ArgumentSyntax<[String]>.peers.value(of: "6001,team-*") == ["6001", "team-*"])
    #expect(try ArgumentSyntax<ClientID>.clientID.value(of: "6001").description == "6001")
  }
}
