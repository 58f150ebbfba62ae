import Testing

@testable import Messaging

@Suite("Kept message") struct KeptMessageTests {
  @Test("kept messages are equal when sender, form and body are") func equality() {
    let message = KeptMessage(from: "a", .text, [1])
    #expect(message == KeptMessage(from: "a", .text, [1]))
    #expect(message != KeptMessage(from: "b", .text, [1]))
    #expect(message != KeptMessage(from: "a", .binary, [1]))
    #expect(message != KeptMessage(from: "a", .text, [1, 2]))
  }
}
