import Testing
import WebSocketProtocol

@Suite("Byte ranges (RFC 9110 §14)") struct ByteRangeTests {
  @Test(
    "a range of a body of 10 bytes",
    arguments: [
      ("bytes=0-0", .part(0..<1)), ("bytes=2-5", .part(2..<6)), ("bytes=9-", .part(9..<10)),
      ("bytes=0-", .part(0..<10)), ("bytes=-1", .part(9..<10)), ("bytes=-10", .part(0..<10)),
      ("bytes=-11", .part(0..<10)), ("bytes=5-10", .part(5..<10)), ("Bytes=5-99", .part(5..<10)),
      ("bytes=0-99999999999999999999", .part(0..<10)),
      ("bytes=-99999999999999999999", .part(0..<10)),
      ("bytes=0-9223372036854775807", .part(0..<10)),
      ("bytes=10-", .unsatisfiable), ("bytes=10-11", .unsatisfiable), ("bytes=-0", .unsatisfiable),
      ("bytes=99999999999999999999-", .unsatisfiable),
      ("bytes=5-4", .whole), ("bytes=-", .whole), ("bytes=", .whole), ("bytes=a-b", .whole),
      ("bytes=1-b", .whole), ("bytes=--1", .whole), ("bytes=1", .whole), ("bytes 0-1", .whole),
      ("items=0-1", .whole), ("bytes= 0-1", .whole), ("bytes=0-1,3-4", .whole), ("", .whole),
    ] as [(String, ByteRange)]
  )
  func range(value: String, expected: ByteRange) throws {
    let request = try get(["Range": value])
    #expect(ByteRange(request, size: 10, entityTag: nil, lastModified: nil) == expected)
  }

  @Test(
    "an empty body has no parts",
    arguments: [
      ("bytes=0-", .unsatisfiable), ("bytes=-1", .whole), ("bytes=-0", .unsatisfiable),
    ] as [(String, ByteRange)]
  )
  func emptyBody(value: String, expected: ByteRange) throws {
    let request = try get(["Range": value])
    #expect(ByteRange(request, size: 0, entityTag: nil, lastModified: nil) == expected)
  }

  @Test("only one Range of a GET counts") func ignored() throws {
    for request in [
      try get([:]), try get(["Range": "bytes=0-0"], method: "HEAD"),
      try get(["Range": "bytes=0-0", "range": "bytes=0-0"]),
    ] {
      #expect(ByteRange(request, size: 10, entityTag: nil, lastModified: nil) == .whole)
    }
  }

  @Test(
    "If-Range must match strongly (§13.1.5)",
    arguments: [
      ("\"a\"", true), ("\"b\"", false), ("W/\"a\"", false), ("\"a\", \"b\"", false), ("a", false),
      ("Sun, 06 Nov 1994 08:49:37 GMT", true), ("Sun, 06 Nov 1994 08:49:38 GMT", false),
    ]
  )
  func ifRange(value: String, isPart: Bool) throws {
    let request = try get(["Range": "bytes=0-0", "If-Range": value])
    let range = ByteRange(
      request,
      size: 10,
      entityTag: EntityTag("a"),
      lastModified: 784_111_777
    )
    #expect(range == (isPart ? .part(0..<1) : .whole))
    #expect(ByteRange(request, size: 10, entityTag: nil, lastModified: nil) == .whole)
  }

  @Test("Content-Range names the part (§14.4)") func contentRange() {
    #expect(ByteRange.part(2..<6).contentRange(size: 10) == "bytes 2-5/10")
    #expect(ByteRange.unsatisfiable.contentRange(size: 10) == "bytes */10")
    #expect(ByteRange.whole.contentRange(size: 10) == nil)
  }
}
