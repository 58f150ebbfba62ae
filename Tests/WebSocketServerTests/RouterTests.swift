import Testing
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Router") struct RouterTests {
  private func match(_ pattern: String, _ path: String) throws -> [String]? {
    PathPattern(pattern).match(try RequestTarget(path).segments)?
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "a pattern takes the paths that it describes",
    arguments: [
      ("/", "/", []), ("/a", "/a", []), ("/a/b", "/a/b", []), ("/a", "/%61", []),
      ("/ws/{id}", "/ws/1", ["1"]), ("/ws/{id}", "/ws/", [""]), ("/{a}/{b}", "/1/2", ["1", "2"]),
      ("/ws/{id}", "/ws/a%2Fb", ["a/b"]), ("/ws/{id}", "/ws/a?b=c", ["a"]),
      ("/**", "/", [""]), ("/**", "/a/b", ["a", "b"]), ("/ws/**", "/ws/", [""]),
      ("/ws/**", "/ws/a//b", ["a", "", "b"]), ("/{a}/x/**", "/1/x/2/3", ["1", "2", "3"]),
    ] as [(String, String, [String])]
  )
  func taken(pattern: String, path: String, parameters: [String]) throws {
    #expect(try match(pattern, path) == parameters)
  }

  @Test(
    "a pattern takes no others",
    arguments: [
      ("/", "/a"), ("/a", "/"), ("/a", "/a/"), ("/a", "/A"), ("/a", "/b"), ("/a/b", "/a"),
      ("/ws/{id}", "/ws"), ("/ws/{id}", "/ws/1/2"), ("/ws/{id}", "/wss/1"), ("/ws/**", "/ws"),
      ("/ws/**", "/w/s"), ("/", "*"), ("/**", "*"),
    ]
  )
  func refused(pattern: String, path: String) throws {
    #expect(try match(pattern, path) == nil)
  }

  @Test("the first route that fits counts, and each handler has its number")
  func first() throws {
    let (first, second) = (RecordingHandler(), RecordingHandler())
    let router = Router([
      .get("/a") { _, _ in .text(.ok, "a") }, .webSocket("/ws/**", first),
      .webSocket("/ws/**", second), .webSocket("/**", second),
    ])
    #expect(
      router.handlers.map(ObjectIdentifier.init)
        == [first, second, second].map(ObjectIdentifier.init)
    )
    guard case .response = router.match(try RequestTarget("/a")) else {
      Issue.record("/a")
      return
    }
    for (path, number) in [("/ws/x", 0), ("/b", 2), ("/", 2)] as [(String, UInt8)] {
      guard case .webSocket(let handler, _) = router.match(try RequestTarget(path)) else {
        Issue.record("\(path)")
        continue
      }
      #expect(handler == number)
    }
  }

  @Test("what no route fits is nothing") func nothing() throws {
    let router = Router([.get("/a") { _, _ in .text(.ok, "a") }])
    for path in ["/", "/b", "/a/b", "*"] {
      guard case .nothing = router.match(try RequestTarget(path)) else {
        Issue.record("\(path)")
        continue
      }
    }
  }

  @Test("the parser takes what the most generous route takes") func limits() throws {
    let handler = RecordingRequestHandler()
    let router = Router([
      .requests("/a", limit: 5, handler), .requests("/b/{name}", limit: 50, handler),
    ])
    var configuration = ServerConfiguration()
    for (own, limit) in [(20, 50), (51, 51)] {
      configuration.httpLimits.bodyBytes = own
      #expect(router.limits(configuration).bodyBytes == limit)
    }
    guard case .requests(_, 50, let parameters) = router.match(try RequestTarget("/b/x")) else {
      Issue.record("/b/x")
      return
    }
    #expect(parameters == [Array("x".utf8)])
  }
}
