import Testing

@testable import WebSocketProtocol

@Suite("Deflate pool") struct DeflatePoolTests {
  @Test("there is one compressor for each window") func compressors() {
    let pool = DeflatePool()
    #expect(pool.compressor(windowBits: 12) === pool.compressor(windowBits: 12))
    #expect(pool.compressor(windowBits: 9) !== pool.compressor(windowBits: 12))
  }

  @Test("a decompressor is with one taker at a time, and one is kept") func decompressors() {
    let pool = DeflatePool()
    let (first, second) = (pool.takeDecompressor(), pool.takeDecompressor())
    #expect(first !== second)
    _ = first.all([0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00])
    pool.give(second)
    pool.give(first)
    let again = pool.takeDecompressor()
    #expect(again === first)
    // It comes back empty: a reference to what it had inflated finds nothing.
    #expect(again.all([0xf2, 0x00, 0x11, 0x00, 0x00]).outcome == .corrupt)
    #expect(pool.takeDecompressor() !== first)
  }

  @Test("scratch memory is made once") func scratch() {
    let pool = DeflatePool()
    var taken = pool.takeScratch()
    #expect(taken.count == DeflatePool.scratchBytes)
    #expect(pool.scratch.isEmpty)
    taken[0] = 7
    pool.scratch = taken
    #expect(pool.takeScratch()[0] == 7)
  }

  @Test("what is compressed in a round is bounded; the rest goes as it is, until the next one")
  func compressedRound() {
    let pool = DeflatePool()
    let most = DeflatePool.compressedRoundBytes
    #expect(pool.mayCompress(most - 1))
    #expect(!pool.mayCompress(2))
    #expect(pool.mayCompress(1))
    #expect(!pool.mayCompress(1))
    pool.beginRound()
    #expect(pool.mayCompress(most))
  }

  @Test("what is inflated in a round has a mark past which nothing more is begun")
  func inflatedRound() {
    let pool = DeflatePool()
    pool.hasInflated(DeflatePool.inflatedRoundBytes - 1)
    #expect(pool.mayInflate)
    pool.hasInflated(1)
    #expect(!pool.mayInflate)
    pool.beginRound()
    #expect(pool.mayInflate)
  }
}
