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

  @Test("a short string goes in one pass unless it needs an escape", arguments: 0...66)
  func plainStrings(count: Int) {
    let text = (0..<count).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    // At the end of the memory as well, which grows then.
    for before in [0, 1, 1022 - count, 1023 - count, 1024 - count] {
      let start = Array(repeating: UInt8(1), count: before)
      let buffer = ReplyBuffer()
      buffer.append(start.span)
      let isPlain = buffer.appendPlainString(text.span)
      buffer.append(2)
      #expect(isPlain && buffer.bytes == start + [0x22] + text + [0x22, 2])
    }
    for place in 0..<count {
      for byte in [0x22, 0x5C, 0x00, 0x1F, 0x20, 0x21, 0x23, 0x7F, 0xC3] as [UInt8] {
        var text = text
        text[place] = byte
        let buffer = ReplyBuffer()
        buffer.append(1)
        let isPlain = buffer.appendPlainString(text.span)
        #expect(isPlain == (byte >= 0x20 && byte != 0x22 && byte != 0x5C))
        #expect(buffer.bytes == (isPlain ? [1, 0x22] + text + [0x22] : [1]))
      }
    }
  }

  @Test("the digits of a number are kept until the next") func keptNumbers() {
    let buffer = ReplyBuffer()
    #expect(!buffer.appendKept(0) && !buffer.appendKept(7))
    buffer.keep(0x3231, 0, count: 2, of: 12)
    #expect(buffer.appendKept(12) && !buffer.appendKept(13) && buffer.text == "12")
    buffer.keep(0x3837_3635_3433_3231, 0x3635_3433_3231_3039, count: 16, of: 99)
    #expect(!buffer.appendKept(12) && buffer.appendKept(99))
    #expect(buffer.text == "121234567890123456")
    // At the end of the memory, which grows then.
    for before in 1000...1024 {
      let other = ReplyBuffer()
      other.append(Array(repeating: UInt8(1), count: before).span)
      other.keep(0x3837_3635_3433_3231, 0x39, count: 9, of: 99)
      #expect(other.appendKept(99) && other.bytes.suffix(9) == Array("123456789".utf8)[...])
      #expect(other.count == before + 9)
    }
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
