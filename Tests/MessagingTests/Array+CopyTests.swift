import Testing

@testable import Messaging

@Suite("Copies of bytes") struct ArrayCopyTests {
  @Test("a copy has the same bytes", arguments: [0, 1, 70_000]) func copy(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    #expect([UInt8](copying: bytes.span) == bytes)
    var more: [UInt8] = [1, 2]
    more.append(copying: bytes.span)
    #expect(more == [1, 2] + bytes)
  }
}
