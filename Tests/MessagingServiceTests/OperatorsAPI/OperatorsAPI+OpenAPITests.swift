import Testing

@testable import MessagingService

@Suite("GET openapi.json") struct OperatorsAPIOpenAPITests {
  @Test("anybody may read the description", arguments: [nil, "wrong", Office.token] as [String?])
  func noToken(token: String?) throws {
    try inOffice { office in
      let answer = try office.ask("GET", "openapi.json", token: token)
      #expect(answer.status == 200)
      #expect(answer.head.contains("Content-Type: application/json\r\n"))
      #expect(Array(answer.body.utf8) == OpenAPIDocument.bytes)
    }
  }
}
