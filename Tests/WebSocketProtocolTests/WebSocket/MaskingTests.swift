import Testing

@testable import WebSocketProtocol

@Suite("Masking (RFC 6455 §5.3)") struct MaskingTests {
  private static let key: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]
  private let key = MaskingKey(0x37, 0xfa, 0x21, 0x3d)

  /// `bytes` with `range` masked byte by byte.
  private func masked(_ bytes: [UInt8], in range: Range<Int>) -> [UInt8] {
    var bytes = bytes
    for (turn, index) in range.enumerated() { bytes[index] ^= Self.key[turn % 4] }
    return bytes
  }

  /// Masks `range` of `bytes` and expects what a loop over bytes gives, and the right answer.
  private func expect(
    _ bytes: [UInt8],
    in range: Range<Int>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let expected = masked(bytes, in: range)
    var result = bytes
    var span = result.mutableSpan
    let isASCII = Masking.apply(key, to: &span, in: range)
    #expect(result == expected, "\(range)", sourceLocation: sourceLocation)
    let expectedASCII = expected[range].allSatisfy { $0 < 0x80 }
    #expect(isASCII == expectedASCII, "\(range)", sourceLocation: sourceLocation)
  }

  @Test("every length at every offset is like byte by byte", arguments: 0...70)
  func lengths(count: Int) {
    for offset in 0...16 {
      // Room behind the range decides which way its last bytes go.
      for room in [0, 1, 7, 8, 9, 40] {
        let bytes = (0..<offset + count + room).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        expect(bytes, in: offset..<offset + count)
      }
    }
  }

  @Test("one byte beyond ASCII is found wherever it is", arguments: [1, 7, 8, 9, 31, 32, 33, 70])
  func ascii(count: Int) {
    for room in [0, 8] {
      let text = [UInt8](repeating: 0x41, count: count)
      let tail = [UInt8](repeating: 0x80, count: room)
      expect(masked(text, in: 0..<count) + tail, in: 0..<count)
      for index in 0..<count {
        var wrong = text
        wrong[index] = 0xC3
        expect(masked(wrong, in: 0..<count) + tail, in: 0..<count)
      }
    }
  }

  @Test("bytes outside of the range neither change nor count") func outside() {
    let bytes = [UInt8](repeating: 0xFF, count: 100)
    for count in 0...40 {
      var text = bytes
      text.replaceSubrange(
        30..<30 + count,
        with: masked([UInt8](repeating: 0x20, count: count), in: 0..<count)
      )
      var span = text.mutableSpan
      let isASCII = Masking.apply(key, to: &span, in: 30..<30 + count)
      #expect(isASCII)
      #expect(text[..<30] == bytes[..<30])
      #expect(text[(30 + count)...] == bytes[(30 + count)...])
    }
  }

  @Test("masking twice gives what was there before") func twice() {
    let bytes = (0..<70).map { UInt8($0) }
    var result = bytes
    for _ in 1...2 {
      var span = result.mutableSpan
      Masking.apply(key, to: &span, in: 3..<69)
    }
    #expect(result == bytes)
  }

  @Test("a payload may be masked in two parts, cut anywhere") func advanced() {
    let bytes = (0..<40).map { UInt8($0) }
    for cut in 0...40 {
      var result = bytes
      var span = result.mutableSpan
      Masking.apply(key, to: &span, in: 0..<cut)
      Masking.apply(key.advanced(by: cut), to: &span, in: cut..<40)
      #expect(result == masked(bytes, in: 0..<40), "cut at \(cut)")
    }
  }

  @Test(
    "a key turns with the bytes that went before",
    arguments: [
      (0, [0x37, 0xfa, 0x21, 0x3d]), (1, [0xfa, 0x21, 0x3d, 0x37]), (2, [0x21, 0x3d, 0x37, 0xfa]),
      (3, [0x3d, 0x37, 0xfa, 0x21]), (4, [0x37, 0xfa, 0x21, 0x3d]),
      (16_777_217, [0xfa, 0x21, 0x3d, 0x37]),
    ] as [(Int, [UInt8])]
  )
  func turn(count: Int, expected: [UInt8]) {
    let turned = MaskingKey(expected[0], expected[1], expected[2], expected[3])
    #expect(key.advanced(by: count) == turned)
  }

  @Test("a key is read from the four bytes before a payload") func before() {
    let bytes: [UInt8] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f]
    let keys = [4, 6, 7].map { MaskingKey(bytes.span, before: $0) }
    #expect(keys[0] == MaskingKey(0x81, 0x85, 0x37, 0xfa))
    #expect(keys[1] == key)
    #expect(keys[2] == MaskingKey(0xfa, 0x21, 0x3d, 0x7f))
  }

  @Test("a key or a range that is not there is a programmer's error") func bounds() async {
    await #expect(processExitsWith: .failure) {
      let bytes: [UInt8] = [1, 2, 3, 4]
      _ = MaskingKey(bytes.span, before: 3)
    }
    await #expect(processExitsWith: .failure) {
      let bytes: [UInt8] = [1, 2, 3, 4]
      _ = MaskingKey(bytes.span, before: 5)
    }
    await #expect(processExitsWith: .failure) {
      var bytes: [UInt8] = [1, 2, 3, 4]
      var span = bytes.mutableSpan
      Masking.apply(MaskingKey(1, 2, 3, 4), to: &span, in: 3..<5)
    }
  }
}
