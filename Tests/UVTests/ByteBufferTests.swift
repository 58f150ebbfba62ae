import TestSupport
import Testing

@testable import UV

@Suite("Byte buffers") struct ByteBufferTests {
  private func bytes(of buffer: ByteBuffer) -> [UInt8] {
    buffer.withBytes { $0.copy }
  }

  @Test("a new buffer is empty") func empty() {
    let buffer = ByteBuffer(capacity: 10)
    #expect(buffer.capacity == 10)
    #expect(buffer.count == 0)
    #expect(bytes(of: buffer) == [])
  }

  @Test("bytes are added at the end") func append() {
    let buffer = ByteBuffer(capacity: 10)
    for part in [[1, 2], [], [3]] as [[UInt8]] { buffer.append(part.span) }
    #expect(buffer.count == 3)
    #expect(bytes(of: buffer) == [1, 2, 3])
  }

  @Test("a buffer may be filled to the last byte") func full() {
    let buffer = ByteBuffer(capacity: 3)
    let part: [UInt8] = [1, 2, 3]
    let nothing: [UInt8] = []
    buffer.append(part.span)
    buffer.append(nothing.span)
    #expect(bytes(of: buffer) == part)
  }

  @Test("an error of the reader's passes through") func readerThrows() {
    let buffer = ByteBuffer(capacity: 1)
    let error = UVError(code: -1, call: "none")
    #expect(throws: error) {
      try buffer.withBytes { _ throws(UVError) in throw error }
    }
  }

  @Test("what libuv wrote counts") func advance() {
    let buffer = ByteBuffer(capacity: 4)
    let part: [UInt8] = [1, 2]
    buffer.append(part.span)
    unsafe buffer.start.storeBytes(of: 7, toByteOffset: 2, as: UInt8.self)
    buffer.advance(by: 1)
    #expect(bytes(of: buffer) == [1, 2, 7])
    buffer.advance(by: 0)
    #expect(buffer.count == 3)
  }

  @Test("more than fits is a programmer's error") func overflow() async {
    await #expect(processExitsWith: .failure) { _ = ByteBuffer(capacity: 0) }
    await #expect(processExitsWith: .failure) {
      let part: [UInt8] = [1, 2, 3, 4]
      ByteBuffer(capacity: 3).append(part.span)
    }
    await #expect(processExitsWith: .failure) { ByteBuffer(capacity: 3).advance(by: 4) }
  }
}
