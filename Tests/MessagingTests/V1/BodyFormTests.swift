import Testing

@testable import Messaging

@Suite("Forms of bodies") struct BodyFormTests {
  @Test("their numbers stay, since they may be stored") func numbers() {
    #expect(BodyForm.allCases.map(\.rawValue) == [1, 2, 3, 4])
    #expect(BodyForm(rawValue: 1) == .text && BodyForm(rawValue: 2) == .plainText)
    #expect(BodyForm(rawValue: 3) == .data && BodyForm(rawValue: 4) == .binary)
  }
}
