import Testing

@testable import Messaging

@Suite("Client IDs: identity") struct ClientIDIdentityTests {
  @Test("a short name is identical however it was made", arguments: ["a", "fifteen bytes !"])
  func short(name: String) throws {
    let spelled = name.replacing(" ", with: "-")
    let one = try ClientID(Array(spelled.utf8).span)
    let other = try ClientID(Array((spelled + "x").utf8.dropLast()).span)
    #expect(one.isIdentical(to: other))
  }

  @Test("a long name is identical to its copies, and equal to others") func long() throws {
    let text = String(repeating: "n", count: 64)
    let one = try ClientID(text)
    let copy = one
    let other = try ClientID(text + "")
    #expect(one.isIdentical(to: copy))
    #expect(one == other)
  }

  @Test("other names are not identical") func others() throws {
    let names = try ["a", "b", "ab", String(repeating: "n", count: 40)].map { try ClientID($0) }
    for (place, one) in names.enumerated() {
      for (other, another) in names.enumerated() {
        #expect(one.isIdentical(to: another) == (place == other))
      }
    }
  }
}
