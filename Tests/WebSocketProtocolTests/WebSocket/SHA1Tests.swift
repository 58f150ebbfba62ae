import Testing

@testable import WebSocketProtocol

@Suite("SHA-1 (FIPS 180-4)") struct SHA1Tests {
  private func hexadecimal(_ message: [UInt8]) -> String {
    let digest = SHA1.digest(of: message.span)
    return digest.indices.map { (digest[$0] < 16 ? "0" : "") + String(digest[$0], radix: 16) }
      .joined()
  }

  @Test(
    "digests are those of the standard's examples",
    arguments: [
      ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
      ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
          + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "a49b2446a02c645bf419f995b67091253a04a259"
      ),
    ]
  )
  func standard(message: String, digest: String) {
    #expect(hexadecimal(Array(message.utf8)) == digest)
  }

  @Test("a million letters") func long() {
    let digest = hexadecimal([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
    #expect(digest == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
  }

  @Test(
    "padding is right on both sides of a block",
    arguments: [
      (55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
      (56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
      (63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"),
      (64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
      (65, "11655326c708d70319be2610e8a57d9a5b959d3b"),
    ]
  )
  func padding(count: Int, digest: String) {
    #expect(hexadecimal([UInt8](repeating: UInt8(ascii: "a"), count: count)) == digest)
  }
}
