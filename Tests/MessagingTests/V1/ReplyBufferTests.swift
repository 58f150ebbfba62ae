import Testing

@testable import Messaging

@Suite("Reply buffer") struct ReplyBufferTests {
  @Test("what is appended is there, in order") func order() {
    let buffer = ReplyBuffer()
    buffer.append(UInt8(ascii: "a"))
    buffer.append("bc")
    buffer.append(Array("def".utf8).span)
    buffer.append(0x6867, bytes: 2)
    buffer.append(0x6867, bytes: 0)
    #expect(buffer.text == "abcdefgh" && buffer.count == 8)
    buffer.clear()
    #expect(buffer.bytes == [])
  }

  @Test(
    "pieces of any length fit, at any place",
    arguments: [0, 1, 7, 8, 9, 16, 17, 1023, 1024, 1025, 70_000]
  )
  func lengths(count: Int) {
    let piece = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for before in [0, 1, 1000, 1023, 1024] {
      let start = Array(repeating: UInt8(1), count: before)
      let buffer = ReplyBuffer()
      for byte in start { buffer.append(byte) }
      buffer.append(piece.span)
      buffer.append(2)
      #expect(buffer.bytes == start + piece + [2])
    }
  }

  @Test("it grows by words and constants as well") func growth() {
    let buffer = ReplyBuffer()
    var expected: [UInt8] = []
    for number in 0..<1000 {
      buffer.append(UInt64(number), bytes: 5)
      buffer.append("word")
      expected += [UInt8(number & 0xFF), UInt8(number >> 8), 0, 0, 0] + Array("word".utf8)
    }
    #expect(buffer.bytes == expected)
  }

  @Test("it can be cut, and numbers put in their place") func changes() {
    let buffer = ReplyBuffer()
    buffer.append("..abc")
    buffer.setBigEndian(0x4142, at: 0)
    buffer.truncate(to: 4)
    #expect(buffer.text == "ABab")
    buffer.truncate(to: 0)
    #expect(buffer.text == "")
  }

  @Test("it is used again after something large") func again() {
    let buffer = ReplyBuffer()
    for count in [200_000, 3, 70_000, 0] {
      buffer.clear()
      buffer.append(Array(repeating: UInt8(ascii: "x"), count: count).span)
      #expect(buffer.count == count)
    }
    // Lent, it stays where it is even when it is cleared.
    buffer.append(Array(repeating: UInt8(ascii: "y"), count: 100_000).span)
    buffer.withBytes { bytes in
      buffer.clear()
      #expect(bytes[99_999] == UInt8(ascii: "y"))
    }
  }

  @Test("it must not grow while it is lent") func lent() async {
    await #expect(processExitsWith: .failure) {
      let buffer = ReplyBuffer()
      buffer.withBytes { _ in buffer.append(Array(repeating: UInt8(0), count: 2000).span) }
    }
  }
}
