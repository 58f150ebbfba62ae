import Testing

@testable import Messaging

@Suite("Words of bytes") struct SpanWordsTests {
  @Test("a word has its bytes in their order, at any place and of any length") func words() {
    let bytes = (1...24).map { UInt8($0) }
    for count in 0...8 {
      for offset in 0...bytes.count - count {
        let expected = (0..<count).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << (8 * $1) }
        #expect(bytes.span.word(at: offset, count: count) == expected)
        if count == 8 { #expect(bytes.span.word(at: offset) == expected) }
      }
    }
  }

  @Test("all words come in their order, and what is left", arguments: 0...33)
  func eachWord(count: Int) {
    let bytes = (0..<count + 8).map { UInt8($0 + 1) }
    let span = bytes.span.extracting(3..<3 + count)
    var words: [UInt64] = []
    let rest = span.forEachWord { words.append($0) }
    #expect(words == (0..<count / 8).map { span.word(at: 8 * $0) })
    #expect(rest == span.word(at: count & ~7, count: count & 7))
  }

  @Test("all blocks come in their order, the last one full", arguments: 0...50)
  func eachBlock(count: Int) {
    let bytes = (0..<count + 8).map { UInt8($0 + 1) }
    let span = bytes.span.extracting(3..<3 + count)
    var blocks: [[UInt64]] = []
    span.forEachBlock { blocks.append([$0, $1]) }
    var expected: [[UInt64]] = []
    switch count {
    case 0: break
    case 1...7: expected = [[span.word(at: 0, count: count), 0]]
    case 8...16: expected = [[span.word(at: 0), span.word(at: count - 8)]]
    default:
      for start in stride(from: 0, to: count - 16, by: 16) {
        expected.append([span.word(at: start), span.word(at: start + 8)])
      }
      expected.append([span.word(at: count - 16), span.word(at: count - 8)])
    }
    #expect(blocks == expected)
  }

  @Test("a word is there or not") func wordIfThere() {
    let bytes = (0..<10).map { UInt8($0) }
    for offset in -1...11 {
      let expected = 0...2 ~= offset ? bytes.span.word(at: offset) : nil
      let word = bytes.span.wordIfThere(at: offset)
      #expect(word == expected)
    }
    let none = Span<UInt8>().wordIfThere(at: 0)
    #expect(none == nil)
  }

  @Test("plain names are valid ids of clients, and of ASCII all that are") func plainNames() {
    for count in [1, 2, 7, 8, 9, 15, 16, 17, 64] {
      for place in 0..<count {
        for byte in UInt8.min...UInt8.max {
          var bytes = Array(repeating: UInt8(ascii: "a"), count: count)
          bytes[place] = byte
          let isValid = (try? ClientID(bytes.span)) != nil
          let isPlain = bytes.span.isPlainName(from: 0, to: count)
          #expect(isPlain == isValid, "\(byte) of \(count)")
          // The same among other bytes, which do not count.
          let among = [0x20] + bytes + Array(repeating: 0x20, count: 9)
          let isPlainAmong = among.span.isPlainName(from: 1, to: 1 + count)
          #expect(isPlainAmong == isValid)
        }
      }
    }
    // What is no ASCII is left to others, and so is nothing at all.
    let other = Array("é".utf8)
    let isOther = other.span.isPlainName(from: 0, to: 2)
    #expect(!isOther)
  }

  @Test("nothing beyond the last byte is read") func beyond() async {
    let bytes = (0..<8).map { UInt8($0) }
    #expect(bytes.span.word(at: 1, count: 7) == 0x07_0605_0403_0201)
    await #expect(processExitsWith: .failure) {
      let bytes = (0..<8).map { UInt8($0) }
      _ = bytes.span.word(at: 1, count: 8)
    }
    await #expect(processExitsWith: .failure) {
      let bytes = (0..<8).map { UInt8($0) }
      _ = bytes.span.word(at: 8, count: 1)
    }
    await #expect(processExitsWith: .failure) {
      let bytes = (0..<8).map { UInt8($0) }
      _ = bytes.span.word(at: -1, count: 1)
    }
  }

  @Test(
    "the first mark is found wherever it is, and among others",
    arguments: [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 70, 127, 128, 129, 137, 143, 200]
  )
  func marks(count: Int) {
    #expect(Array(repeating: UInt8(ascii: "a"), count: count).span.nextStringMark(from: 0) == count)
    for place in 0..<count {
      for byte in [0x22, 0x5C, 0x00, 0x1F] as [UInt8] {
        var bytes = Array(repeating: UInt8(ascii: "a"), count: count)
        bytes[place] = byte
        #expect(bytes.span.nextStringMark(from: 0) == place)
        #expect(bytes.span.nextStringMark(from: place) == place)
        #expect(bytes.span.nextStringMark(from: place + 1) == count)
        for later in place..<count { bytes[later] = byte }
        #expect(bytes.span.nextStringMark(from: 0) == place)
      }
    }
  }

  @Test("each byte is a mark or not, whatever stands around it") func all() {
    for byte in UInt8.min...UInt8.max {
      let isMark = byte < 0x20 || byte == 0x22 || byte == 0x5C
      for other in [0x21, 0x20, 0x7F, 0x80, 0xFF, 0x23, 0x5D, 0xA2, 0xDC] as [UInt8] {
        for count in [5, 8, 12, 40, 300] {
          var bytes = Array(repeating: other, count: count)
          bytes[count / 2] = byte
          #expect(bytes.span.nextStringMark(from: 0) == (isMark ? count / 2 : count), "\(byte)")
        }
      }
    }
  }
}
