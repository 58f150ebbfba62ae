import COpenSSL
import TestSupport
import Testing

@testable import WebSocketTLS

@Suite("Wire buffer") struct WireBufferTests {
  private func read(_ wire: WireBuffer, _ most: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: most)
    var count = 0
    return unsafe BIO_read_ex(wire.bio, &bytes, most, &count) == 1 ? Array(bytes[..<count]) : nil
  }

  private func write(_ wire: WireBuffer, _ bytes: [UInt8]) -> Bool {
    var count = 0
    return unsafe BIO_write_ex(wire.bio, bytes, bytes.count, &count) == 1 && count == bytes.count
  }

  @Test("what is lent is read, and then there is nothing until more is lent") func input() throws {
    let wire = try WireBuffer()
    let bytes: [UInt8] = [1, 2, 3]
    wire.lending(bytes.span) {
      #expect(read(wire, 2) == [1, 2])
      #expect(read(wire, 2) == [3])
      #expect(read(wire, 2) == nil)
      #expect(unsafe BIO_test_flags(wire.bio, BIO_FLAGS_SHOULD_RETRY) != 0)
    }
    #expect(read(wire, 2) == nil)
  }

  @Test("what is written is taken once") func output() throws {
    let wire = try WireBuffer()
    let isWritten = write(wire, [1, 2])
    #expect(isWritten)
    wire.append([3].span)
    #expect(wire.count == 3)
    #expect(wire.takeOutput { $0.copy } == [1, 2, 3])
    #expect(wire.count == 0)
    #expect(wire.takeOutput { $0.copy } == [])
  }

  @Test("it grows with what is written") func growth() throws {
    let wire = try WireBuffer()
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 >> 3) }
    for start in stride(from: 0, to: bytes.count, by: 10_000) {
      let isWritten = write(wire, Array(bytes[start..<start + 10_000]))
      #expect(isWritten)
    }
    let isEqual = wire.takeOutput { $0.copy } == bytes
    #expect(isEqual)
  }
}
