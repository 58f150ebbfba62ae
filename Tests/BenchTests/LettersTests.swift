import Testing

@testable import Bench

@Suite("Numbers as letters") struct LettersTests {
  @Test("the lowest four bits come first") func order() {
    #expect(String(decoding: Letters.bytes(of: 0x7654_3210), as: UTF8.self) == "ABCDEFGH")
    #expect(String(decoding: Letters.bytes(of: 0xFFFF_FFF0), as: UTF8.self) == "APPPPPPP")
  }

  @Test("each number comes back", arguments: [0, 1, 15, 16, 0xDEAD_BEEF, UInt32.max])
  func roundTrip(number: UInt32) {
    #expect(Letters.decode(Letters.encode(number)) == number)
  }

  @Test("other bytes are no number", arguments: 0..<8)
  func others(place: Int) {
    for byte in [0x40, 0x51, 0x00, 0xFF] as [UInt64] {
      let mask = UInt64(0xFF) << (place * 8)
      let word = Letters.encode(0x1234_5678) & ~mask | byte << (place * 8)
      #expect(Letters.decode(word) == nil)
    }
  }
}
