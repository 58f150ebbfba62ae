import Testing
import WebSocketProtocol

@testable import MessagingService

@Suite("The admin token (RFC 6750 §2.1)") struct AdminTokenTests {
  private func admits(_ token: String, _ fields: HTTPFields) throws -> Bool {
    let request = HTTPRequest(method: "GET", target: try RequestTarget("/"), fields: fields)
    return try #require(AdminToken(token)).admits(request)
  }

  @Test(
    "the scheme's case does not count",
    arguments: ["Bearer abc", "bearer abc", "BEARER   abc"]
  )
  func right(value: String) throws {
    #expect(try admits("abc", ["authorization": value]))
  }

  @Test(
    "nothing else is the token",
    arguments: [
      "Bearer ab", "Bearer abcd", "Bearer abd", "Bearer xbc", "Bearer", "Basic abc",
      "abc",
      "Bearer abcabc", "Bearer ABC", "Bearerabc", "Bearer abc,", "Bearer abc abc", "",
    ]
  )
  func wrong(value: String) throws {
    #expect(try !admits("abc", ["Authorization": value]))
  }

  @Test("none and two are not it") func count() throws {
    #expect(try !admits("abc", [:]))
    #expect(try !admits("abc", ["Authorization": "Bearer abc", "authorization": "Bearer abc"]))
  }

  @Test("what cannot stand in a header is no token", arguments: ["", "a b", "ä", "a\n"])
  func invalid(text: String) {
    #expect(AdminToken(text) == nil)
  }
}
