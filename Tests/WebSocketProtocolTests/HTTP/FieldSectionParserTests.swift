import Testing
import WebSocketProtocol

@Suite("Header fields (RFC 9112 §5)") struct FieldSectionParserTests {
  private let line = "GET / HTTP/1.1\r\nHost: x\r\n"

  @Test(
    "blanks around a value are dropped, those within it stay",
    arguments: [
      ("A:b", "b"), ("A: b", "b"), ("A:\t b \t", "b"), ("A: b \t c ", "b \t c"), ("A:", ""),
      ("A:   ", ""), ("A: b:c", "b:c"), ("A: 王", "王"),
    ]
  )
  func values(field: String, value: String) throws {
    #expect(try request(line + field + "\r\n\r\n").fields.first("a") == value)
  }

  @Test("bytes that are no UTF-8 become U+FFFD") func notUTF8() throws {
    let result = transcript(Array((line + "A: ").utf8) + [0xe9, 0x0d, 0x0a, 0x0d, 0x0a])
    #expect(result.heads.first?.fields.first("A") == "\u{fffd}")
  }

  @Test(
    "a malformed field fails with its error",
    arguments: [
      ("A : b\r\n", .spaceBeforeColon),
      ("A\t: b\r\n", .spaceBeforeColon),
      (" A: b\r\n", .foldedField),
      ("A: b\r\n c\r\n", .foldedField),
      ("A: b\r\n\tc\r\n", .foldedField),
      (": b\r\n", .invalidFieldName),
      ("A\r\n", .invalidFieldName),
      ("A(: b\r\n", .invalidFieldName),
      ("é: b\r\n", .invalidFieldName),
      ("A: b\u{0}\r\n", .invalidFieldValue),
      ("A: \u{1b}\r\n", .invalidFieldValue),
      ("A: b\u{7f}\r\n", .invalidFieldValue),
      ("A: b\n", .bareLineFeed),
      ("A:\n", .bareLineFeed),
      ("A\n", .bareLineFeed),
      ("\n", .bareLineFeed),
      ("A: b\rC: d\r\n", .bareCarriageReturn),
      ("A: b\r\r\n", .bareCarriageReturn),
      ("\rA: b\r\n", .bareCarriageReturn),
    ] as [(String, HTTPError)]
  )
  func malformed(field: String, error: HTTPError) {
    #expect(transcript(line + field).error == error)
  }
}
