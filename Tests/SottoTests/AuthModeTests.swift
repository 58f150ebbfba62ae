import Testing

@testable import sotto

@Suite("--auth") struct AuthModeTests {
  @Test("is none or jwt, and none unless told") func modes() throws {
    #expect(AuthMode.allCases.map(\.rawValue) == ["none", "jwt"])
    #expect(try options([]).auth == .none)
  }
}
