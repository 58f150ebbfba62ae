import Testing

@testable import Messaging

@Suite("Short names") struct ShortNameTests {
  private func name(_ text: String) -> ShortName? { ShortName(Array(text.utf8).span) }

  @Test("a name is the same however it is made") func same() {
    #expect(name("to") == ShortName("t", "o"))
    #expect(name("text") == ShortName("t", "e", "x", "t"))
    #expect(name("received") == ShortName("r", "e", "c", "e", "i", "v", "e", "d"))
    #expect(name("")?.rawValue == 0)
    #expect(name("a")?.rawValue == 0x61)
  }

  @Test("up to eight bytes have one, and no NUL") func limit() {
    #expect(name("12345678") != nil)
    #expect(name("123456789") == nil)
    #expect(name("to\0") == nil)
    #expect(name("\0") == nil)
  }

  @Test("names of all lengths differ") func lengths() {
    let names = (0...8).map { name(String("abcdefgh".prefix($0)))?.rawValue }
    #expect(Set(names).count == 9)
  }
}
