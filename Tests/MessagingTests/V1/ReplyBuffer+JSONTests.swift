import Testing

@testable import Messaging

@Suite("Writing JSON") struct ReplyBufferJSONTests {
  @Test(
    "strings are escaped where they must be",
    arguments: [
      ("", #""""#), ("abc", #""abc""#), ("\"", #""\"""#), ("\\", #""\\""#), ("/", #""/""#),
      ("\u{8}\u{9}\u{A}\u{C}\u{D}", #""\b\t\n\f\r""#),
      ("\0\u{1}\u{F}\u{10}\u{1F}", #""\u0000\u0001\u000f\u0010\u001f""#),
      ("\u{7F}", "\"\u{7F}\""), ("é日😀", "\"é日😀\""),
      ("12345678\n12345678\t", #""12345678\n12345678\t""#),
      ("\u{2028}", "\"\u{2028}\""),
    ]
  )
  func strings(text: String, token: String) {
    #expect(ReplyBuffer.text { $0.appendString(text) } == token)
    #expect(ReplyBuffer.text { $0.appendString(Array(text.utf8).span) } == token)
  }

  @Test("all control characters come back") func controls() throws {
    for byte in UInt8(0)..<0x80 {
      let text = ReplyBuffer.text { $0.appendString([0x61, byte, 0x62].span) }
      let send = try #require(
        Reading(#"{"type":"send","to":"a","id":"1","text":"# + text + "}").send
      )
      guard case .text(let string) = send.body else { throw RequestError.notOneBody }
      let whole = Array((#"{"type":"send","to":"a","id":"1","text":"# + text + "}").utf8)
      #expect(string.unescaped(in: whole.span) == [0x61, byte, 0x62])
    }
  }

  @Test("numbers are their digits") func numbers() {
    var numbers: [UInt64] = [
      0, 1, 9, UInt64.max, UInt64.max - 1, 1_700_000_000_000, 9_007_199_254_740_991,
    ]
    var power: UInt64 = 1
    for _ in 0..<19 {
      power *= 10
      numbers += [power - 1, power, power + 1, power / 10 * 9]
    }
    for _ in 0..<5000 {
      numbers.append(UInt64.random(in: 0...UInt64.max) >> UInt64.random(in: 0...63))
    }
    numbers += 0..<11_000
    for number in numbers {
      #expect(ReplyBuffer.text { $0.append(decimal: number) } == "\(number)")
    }
    // One buffer writes many, some of them again.
    let buffer = ReplyBuffer()
    for number in numbers {
      buffer.clear()
      for next in [number, number, number &+ 1, number] {
        buffer.append(decimal: next)
        buffer.append(UInt8(ascii: " "))
      }
      #expect(buffer.text == "\(number) \(number) \(number &+ 1) \(number) ")
    }
  }
}
