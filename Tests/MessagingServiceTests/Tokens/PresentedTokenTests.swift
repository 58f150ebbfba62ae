import Testing
import WebSocketProtocol

@testable import MessagingService

@Suite("Presented token") struct PresentedTokenTests {
  private func presented(_ fields: [(String, String)], _ target: String = "/ws/1") throws
    -> PresentedToken
  {
    var all: HTTPFields = [
      "Host": "a", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]
    for (name, value) in fields { all.append(name, value) }
    let request = HTTPRequest(method: "GET", target: try RequestTarget(target), fields: all)
    return PresentedToken(request, try Handshake(request))
  }

  @Test(
    "is found in each place",
    arguments: [
      ([("Authorization", "Bearer x.y")], "/ws/1"), ([("authorization", "bEARER  x.y")], "/ws/1"),
      ([("Sec-WebSocket-Protocol", "sotto.v1, bearer.x.y")], "/ws/1"),
      ([("Sec-WebSocket-Protocol", "bearer.x.y"), ("Sec-WebSocket-Protocol", "a")], "/ws/1"),
      ([], "/ws/1?token=x.y"), ([("Authorization", "Basic YTpi")], "/ws/1?since=1&token=x%2Ey"),
    ]
  )
  func one(fields: [(String, String)], target: String) throws {
    #expect(try presented(fields, target) == .one("x.y"))
  }

  @Test(
    "is none where there is none",
    arguments: [
      [], [("Authorization", "Basic YTpi")], [("Sec-WebSocket-Protocol", "Bearer.x, bearer")],
      [("Authorization", "Bearerx")],
    ]
  )
  func none(fields: [(String, String)]) throws {
    #expect(try presented(fields, "/ws/token?Token=x") == .none)
  }

  @Test("an empty one is one") func empty() throws {
    #expect(try presented([], "/ws/1?token") == .one(""))
    #expect(try presented([("Authorization", "Bearer")]) == .one(""))
    #expect(try presented([("Sec-WebSocket-Protocol", "bearer.")]) == .one(""))
  }

  @Test(
    "two are not known apart",
    arguments: [
      ([("Authorization", "Bearer x"), ("Authorization", "Bearer x")], "/ws/1"),
      ([("Authorization", "Bearer x")], "/ws/1?token=x"),
      ([("Sec-WebSocket-Protocol", "bearer.x,bearer.y")], "/ws/1"), ([], "/ws/1?token=x&token="),
    ]
  )
  func several(fields: [(String, String)], target: String) throws {
    #expect(try presented(fields, target) == .several)
  }
}
