import Testing

@testable import WebSocketProtocol

@Suite("permessage-deflate: streams (RFC 7692 §7.2)") struct PermessageDeflateTests {
  private func connection(_ offer: String, _ pool: DeflatePool = DeflatePool()) throws
    -> PermessageDeflate
  {
    let parameters = try #require(DeflateParameters(offeredIn: ["permessage-deflate" + offer]))
    return PermessageDeflate(parameters, pool: pool)
  }

  @Test("with context takeover a connection has streams of its own") func takeover() throws {
    let pool = DeflatePool()
    let (first, second) = (try connection("", pool), try connection("", pool))
    #expect(first.currentCompressor === first.currentCompressor)
    #expect(first.currentCompressor !== second.currentCompressor)
    #expect(first.currentDecompressor === first.currentDecompressor)
    #expect(first.currentDecompressor !== second.currentDecompressor)
  }

  @Test("without it all connections share a compressor for each window") func shared() throws {
    let pool = DeflatePool()
    let offer = "; server_no_context_takeover"
    let (first, second) = (try connection(offer, pool), try connection(offer, pool))
    #expect(first.currentCompressor === second.currentCompressor)
    let small = try connection(offer + "; server_max_window_bits=9", pool)
    #expect(small.currentCompressor === pool.compressor(windowBits: 9))
    // Larger windows than ours change nothing.
    let large = try connection(offer + "; server_max_window_bits=14", pool)
    #expect(large.currentCompressor === first.currentCompressor)
  }

  @Test("a shared decompressor is with one message at a time") func borrowed() throws {
    let pool = DeflatePool()
    let offer = "; client_no_context_takeover"
    let (first, second) = (try connection(offer, pool), try connection(offer, pool))
    let stream = first.currentDecompressor
    #expect(second.currentDecompressor !== stream)
    try first.finishMessage { _ in }
    #expect(first.decompressor == nil)
    #expect(try connection(offer, pool).currentDecompressor === stream)
  }

  @Test("nothing is made before it is needed") func lazy() throws {
    let deflate = try connection("")
    #expect(deflate.decompressor == nil)
    #expect(deflate.pool.scratch.isEmpty)
    #expect(PermessageDeflate.largestWindowBits == 12)
  }
}
