import Messaging
import StoreContract
import Testing

@Suite("Memory store: places") struct MemoryStorePlacesTests {
  @Test("clients with alike names are told apart") func names() throws {
    let session = StoreSession(MemoryStoreTests.Harness())
    // The same to the eye, and others by a byte, of all lengths that are hashed in different ways.
    let names =
      ["é", "e\u{301}"]
      + (1...64).flatMap { length in
        [String(repeating: "x", count: length), String(repeating: "x", count: length - 1) + "y"]
      }
    for name in names { #expect(try session.keep("a", name, name) == .kept) }
    for name in names {
      let messages = try session.read(name)
      #expect(messages.map(\.id) == [Array(name.utf8)])
    }
    #expect(try session.read("a", own: true).count == names.count)
  }
}
