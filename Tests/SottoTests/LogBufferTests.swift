import Testing

@testable import sotto

@Suite("Log buffer") struct LogBufferTests {
  var buffer = LogBuffer(capacity: 20)
  /// What was written.
  var output = ""

  @Test("lines are written in their order") mutating func order() {
    append("one", "two")
    drain(upTo: 100)
    #expect(output == "one\ntwo\n")
    #expect(buffer.isEmpty)
  }

  @Test("what is not taken waits, to the byte") mutating func partial() {
    append("one", "two")
    drain(upTo: 2)
    append("six")
    drain(upTo: 3)
    #expect(output == "one\nt")
    drain(upTo: 100)
    #expect(output == "one\ntwo\nsix\n")
  }

  @Test("lines fill the capacity and no byte more") mutating func capacity() {
    append("123456789", "123456789")
    #expect(buffer.dropped == 0)
    append("")
    #expect(buffer.dropped == 1)
    buffer = LogBuffer(capacity: 20)
    append("1234567890123456789")
    #expect(buffer.dropped == 0)
    buffer = LogBuffer(capacity: 20)
    append("12345678901234567890")
    #expect(buffer.dropped == 1)
  }

  @Test("written bytes make room") mutating func room() {
    append("123456789", "123456789")
    drain(upTo: 10)
    append("abcdefghi")
    #expect(buffer.dropped == 0)
    drain(upTo: 100)
    #expect(output == "123456789\n123456789\nabcdefghi\n")
  }

  @Test("dropped lines are counted, and told before the next line") mutating func report() {
    append("12345678", "123456789", "no room", "none")
    #expect(buffer.dropped == 2)
    // There is room for this line, but not for the one about those that were dropped before it.
    append("")
    #expect(buffer.dropped == 3)
    drain(upTo: 100)
    append("after")
    #expect(buffer.dropped == 0)
    drain(upTo: 100)
    #expect(output == "12345678\n123456789\ndropped 3\nafter\n")
  }

  @Test("lines for a descriptor that is gone are dropped and counted") mutating func gone() {
    append("one", "two")
    drain(upTo: 1)
    buffer.drain { _ in .gone }
    #expect(buffer.isEmpty)
    #expect(buffer.dropped == 2)
  }

  @Test("a write is whole lines, at most one chunk") mutating func chunks() {
    var sizes: [Int] = []
    let size = LogBuffer.chunk
    buffer = LogBuffer()
    append(String(repeating: "a", count: 3000), String(repeating: "b", count: 3000))
    append(String(repeating: "c", count: size - 1), String(repeating: "d", count: size))
    buffer.drain {
      sizes.append($0.count)
      return .wrote($0.count)
    }
    #expect(sizes == [3001, 3001, size, size, 1])
  }

  private mutating func append(_ lines: String...) {
    for line in lines { buffer.append(line + "\n") { "dropped \($0)\n" } }
  }

  /// Drains into `output` until it took `limit` bytes.
  private mutating func drain(upTo limit: Int) {
    var room = limit
    var taken: [UInt8] = []
    buffer.drain { bytes in
      let part = bytes.prefix(room)
      guard !part.isEmpty else { return .full }
      taken += part
      room -= part.count
      return .wrote(part.count)
    }
    output += String(decoding: taken, as: UTF8.self)
  }
}
