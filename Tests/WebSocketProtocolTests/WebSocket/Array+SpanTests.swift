import Testing
import WebSocketProtocol

@Suite("Copying a span into an array") struct ArraySpanTests {
  @Test(
    "the bytes are added at the end",
    arguments: [
      ([], [], []), ([], [1], [1]), ([1], [], [1]), ([1, 2], [3, 4, 5], [1, 2, 3, 4, 5]),
    ] as [([UInt8], [UInt8], [UInt8])]
  )
  func append(start: [UInt8], added: [UInt8], expected: [UInt8]) {
    var bytes = start
    bytes.append(copying: added.span)
    #expect(bytes == expected)
  }

  @Test("the source stays as it is") func copies() {
    let source: [UInt8] = [1, 2, 3]
    var bytes: [UInt8] = []
    bytes.append(copying: source.span)
    bytes[0] = 9
    #expect(source == [1, 2, 3])
  }

  @Test("a part of a span is added alone") func part() {
    let source: [UInt8] = [1, 2, 3, 4]
    var bytes: [UInt8] = [0]
    bytes.append(copying: source.span.extracting(1..<3))
    #expect(bytes == [0, 2, 3])
  }
}
