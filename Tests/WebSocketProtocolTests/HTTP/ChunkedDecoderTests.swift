import Testing
import WebSocketProtocol

@Suite("Chunked bodies (RFC 9112 §7.1)") struct ChunkedDecoderTests {
  private let head = "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

  @Test(
    "chunks are joined",
    arguments: [
      ("0\r\n\r\n", []),
      ("000\r\n\r\n", []),
      ("3\r\nabc\r\n0\r\n\r\n", ["abc"]),
      ("0000000000000003\r\nabc\r\n0\r\n\r\n", ["abc"]),
      ("A\r\n0123456789\r\n0\r\n\r\n", ["0123456789"]),
      ("2\r\n\r\n\r\n1\r\n0\r\n0\r\n\r\n", ["\r\n0"]),
      ("1;a\r\nx\r\n1 ; b=\"c;d\"\r\ny\r\n0;e\r\n\r\n", ["xy"]),
      ("1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n", ["x"]),
    ]
  )
  func valid(chunks: String, bodies: [String]) {
    let result = transcript(head + chunks)
    #expect(result.error == nil)
    #expect(result.bodies == bodies)
    #expect(result.isIdle)
  }

  @Test(
    "malformed chunks fail",
    arguments: [
      "\r\n", "x\r\n", ";a\r\n", "-1\r\n", "0x1\r\n", " 1\r\n", "1\n", "1\rx", "1 \r\n", "1 1\r\n",
      "1;a\n", "1;\u{0}\r\n", "1\r\nab", "1\r\na\n", "1\r\na\rb", "00000000000000001\r\n",
    ]
  )
  func malformed(chunks: String) {
    #expect(transcript(head + chunks).error == .malformedChunk)
  }

  @Test(
    "a size that no Int holds is a body too large",
    arguments: [
      "7fffffffffffffff", "ffffffffffffffff", "10000000000000000", "100001",
    ]
  )
  func hugeSize(size: String) {
    #expect(transcript(head + size).error == .bodyTooLarge(limit: 1024 * 1024))
  }

  @Test("a size near the largest Int does not overflow") func largeLimit() {
    var limits = HTTPLimits()
    limits.bodyBytes = .max
    #expect(transcript(head + "7fffffffffffffff\r\n", limits: limits).error == nil)
    #expect(
      transcript(head + "1\r\nx\r\n7fffffffffffffff\r\n", limits: limits).error
        == .bodyTooLarge(limit: .max)
    )
  }

  @Test(
    "malformed trailers fail as fields do",
    arguments: [
      ("A\r\n", .invalidFieldName), ("A : b\r\n", .spaceBeforeColon), ("A: b\n", .bareLineFeed),
      ("\rx", .bareCarriageReturn),
    ] as [(String, HTTPError)]
  )
  func malformedTrailers(trailers: String, error: HTTPError) {
    #expect(transcript(head + "0\r\n" + trailers).error == error)
  }

  @Test("the extensions of a body share one limit", arguments: [-1, 0, 1])
  func extensionLimit(excess: Int) {
    var limits = HTTPLimits()
    limits.chunkExtensionBytes = 20
    let filler = String(repeating: "x", count: 10 + excess)
    let result = transcript(
      head + "1;0123456789\r\nx\r\n0;" + filler + "\r\n\r\n",
      limits: limits
    )
    #expect(result.error == (excess > 0 ? .chunkExtensionsTooLarge(limit: 20) : nil))
  }

  @Test("trailers may be as large as a header", arguments: [-1, 0, 1])
  func trailerLimit(excess: Int) {
    var limits = HTTPLimits()
    limits.headerBytes = 100
    let filler = String(repeating: "x", count: 100 + excess - 7)
    let result = transcript(head + "0\r\nA: " + filler + "\r\n\r\n", limits: limits)
    #expect(result.error == (excess > 0 ? .headerTooLarge(limit: 100) : nil))
  }
}
