import Testing

@testable import MessagingService

@Suite("Resources of the API") struct APIRequestTests {
  private let resource = APIResource(
    "clients/{id}/x",
    [("GET", { _, _ in }), ("DELETE", { _, _ in })]
  )

  private func match(_ path: String) -> [[UInt8]]? {
    resource.match(
      path.split(separator: "/", omittingEmptySubsequences: false).map { Array($0.utf8) }
    )
  }

  @Test("a path is matched part by part") func path() {
    #expect(match("clients/1001/x") == [Array("1001".utf8)])
    #expect(match("clients//x") == [[]])
    for path in ["clients/1001", "clients/1001/x/", "clients/1001/y", "client/1001/x", ""] {
      #expect(match(path) == nil, "\(path)")
    }
  }

  @Test("HEAD is a GET") func methods() {
    #expect(resource.methods == ["GET", "HEAD", "DELETE"])
    #expect(resource.action("HEAD") != nil && resource.action("DELETE") != nil)
    #expect(resource.action("POST") == nil && resource.action("get") == nil)
  }
}
