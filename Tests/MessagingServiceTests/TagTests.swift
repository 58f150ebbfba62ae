import Testing

@testable import MessagingService

@Suite("Tag of a socket") struct TagTests {
  @Test("it holds the client's place and what is spoken", arguments: [0, 1, (1 << 31) - 2])
  func holds(place: UInt32) {
    let (plain, v1) = (Tag(place, .plain), Tag(place, .v1))
    #expect(plain.place == place && !plain.speaksV1)
    #expect(v1.place == place && v1.speaksV1)
    #expect(Tag(rawValue: v1.rawValue) == v1)
    #expect(v1 != .nobody)
  }
}
