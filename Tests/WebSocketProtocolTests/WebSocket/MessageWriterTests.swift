import Testing
import WebSocketProtocol

@Suite("Message writer (RFC 6455 §5.5.1)") struct MessageWriterTests {
  private func expect(
    _ code: CloseCode?,
    _ reason: String = "",
    yields bytes: [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var writer = MessageWriter()
    #expect(!writer.hasSentClose, sourceLocation: sourceLocation)
    let frame = writer.closeFrame(code, reason: reason)
    #expect(frame == bytes, sourceLocation: sourceLocation)
    #expect(writer.hasSentClose, sourceLocation: sourceLocation)
  }

  @Test("a close frame holds the code in network order and the reason") func close() {
    expect(.normal, yields: [0x88, 0x02, 0x03, 0xe8])
    expect(.goingAway, "bye", yields: [0x88, 0x05, 0x03, 0xe9, 0x62, 0x79, 0x65])
    expect(CloseCode(4999), "é", yields: [0x88, 0x04, 0x13, 0x87, 0xc3, 0xa9])
  }

  @Test("without a code the frame is empty, whatever the reason") func noCode() {
    expect(nil, yields: [0x88, 0x00])
    expect(nil, "bye", yields: [0x88, 0x00])
    // 1005 says that there was none; it must not be sent.
    expect(.noStatus, "bye", yields: [0x88, 0x00])
  }

  @Test("there is one close frame only") func once() {
    var writer = MessageWriter()
    let frames = [writer.closeFrame(.normal), writer.closeFrame(.normal), writer.closeFrame(nil)]
    #expect(frames == [[0x88, 0x02, 0x03, 0xe8], nil, nil])
    #expect(writer.hasSentClose)
  }

  @Test("a reason of 122, 123 and 124 bytes", arguments: [(122, 122), (123, 123), (124, 123)])
  func longReason(count: Int, kept: Int) {
    let reason = String(repeating: "x", count: count)
    let payload: [UInt8] = [0x03, 0xe8] + [UInt8](repeating: 0x78, count: kept)
    expect(.normal, reason, yields: [0x88, UInt8(2 + kept)] + payload)
  }

  @Test(
    "a reason is cut between characters",
    arguments: [
      // A character of 2, 3 and 4 bytes that just fits, and one that lacks a byte.
      (121, "é", 123), (122, "é", 122), (120, "€", 123), (121, "€", 121), (119, "😀", 123),
      (120, "😀", 120),
    ]
  )
  func cut(count: Int, last: String, kept: Int) {
    let reason = String(repeating: "x", count: count) + last
    expect(
      .normal,
      reason,
      yields: [0x88, UInt8(2 + kept), 0x03, 0xe8] + Array(reason.utf8.prefix(kept))
    )
  }
}
