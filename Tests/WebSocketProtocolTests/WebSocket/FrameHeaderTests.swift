import Testing
import WebSocketProtocol

@Suite("Frame header (RFC 6455 §5.2)") struct FrameHeaderTests {
  private let key: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

  /// Expects these fields, at another offset too, and that no shorter input is enough.
  private func expect(
    _ bytes: [UInt8],
    from role: Role = .client,
    room: Int = .max,
    yields opcode: Opcode,
    isFinal: Bool = true,
    _ payloadCount: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for offset in [0, 3] {
      let input = [UInt8](repeating: 0xFF, count: offset) + bytes
      let longer = input + [0xFF]
      let found = try FrameHeader(longer.span, at: offset, from: role, room: room)
      let header = try #require(found, sourceLocation: sourceLocation)
      #expect(header.opcode == opcode, sourceLocation: sourceLocation)
      #expect(header.isFinal == isFinal, sourceLocation: sourceLocation)
      #expect(header.payloadCount == payloadCount, sourceLocation: sourceLocation)
      #expect(header.count == bytes.count, sourceLocation: sourceLocation)
      #expect((header.maskingKey != nil) == (role == .client), sourceLocation: sourceLocation)
      for count in 0..<bytes.count {
        let part = Array(input.prefix(offset + count))
        let header = try FrameHeader(part.span, at: offset, from: role, room: room)
        #expect(header == nil, "\(count) bytes", sourceLocation: sourceLocation)
      }
    }
  }

  /// Expects the error with the last of `bytes`, and not before.
  private func expect(
    _ bytes: [UInt8],
    from role: Role = .client,
    room: Int = .max,
    failsWith error: ProtocolError,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for count in 0..<bytes.count {
      let part = Array(bytes.prefix(count))
      let header = try FrameHeader(part.span, at: 0, from: role, room: room)
      #expect(header == nil, "\(count) bytes", sourceLocation: sourceLocation)
    }
    for input in [bytes, bytes + [UInt8](repeating: 0, count: 14)] {
      #expect(throws: error, sourceLocation: sourceLocation) {
        _ = try FrameHeader(input.span, at: 0, from: role, room: room)
      }
    }
  }

  @Test(
    "each length is read in its shortest form",
    arguments: [
      ([0x80], 0), ([0x81], 1), ([0xfd], 125), ([0xfe, 0x00, 0x7e], 126),
      ([0xfe, 0x01, 0x00], 256), ([0xfe, 0xff, 0xff], 65_535),
      ([0xff, 0, 0, 0, 0, 0, 1, 0, 0], 65_536),
      ([0xff, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08], 0x0102_0304_0506_0708),
      ([0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .max),
    ] as [([UInt8], Int)]
  )
  func lengths(bytes: [UInt8], count: Int) throws {
    try expect([0x82] + bytes + key, yields: .binary, count)
    try expect([0x02] + bytes + key, yields: .binary, isFinal: false, count)
    let unmasked = [bytes[0] & 0x7F] + bytes.dropFirst()
    try expect([0x82] + unmasked, from: .server, yields: .binary, count)
  }

  @Test(
    "each opcode is read",
    arguments: [
      (0x80, .continuation), (0x81, .text), (0x82, .binary), (0x88, .close), (0x89, .ping),
      (0x8a, .pong),
    ] as [(UInt8, Opcode)]
  )
  func opcodes(first: UInt8, opcode: Opcode) throws {
    try expect([first, 0x80] + key, yields: opcode, 0)
    try expect([first, 0xfd] + key, yields: opcode, 125)
  }

  @Test("the key is read in the order of the wire") func keyOrder() throws {
    let bytes: [UInt8] = [0x81, 0x85] + key
    let header = try FrameHeader(bytes.span, at: 0, from: .client, room: 5)
    #expect(header?.maskingKey == MaskingKey(0x37, 0xfa, 0x21, 0x3d))
  }

  @Test(
    "a reserved bit fails at the first byte",
    arguments: [0x40, 0x20, 0x10, 0x70] as [UInt8],
    [0x80, 0x01, 0x81, 0x82, 0x83, 0x88, 0x89, 0x8f] as [UInt8]
  )
  func reservedBits(bits: UInt8, first: UInt8) throws {
    try expect([first | bits], failsWith: .reservedBits)
    try expect([first | bits], from: .server, failsWith: .reservedBits)
  }

  @Test(
    "a reserved opcode fails at the first byte",
    arguments: [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF] as [UInt8]
  )
  func reservedOpcodes(opcode: UInt8) throws {
    try expect([0x80 | opcode], failsWith: .unknownOpcode(opcode))
    try expect([opcode], failsWith: .unknownOpcode(opcode))
  }

  @Test("a control frame in fragments fails at the first byte", arguments: [0x08, 0x09, 0x0a])
  func fragmentedControl(first: UInt8) throws {
    try expect([first], failsWith: .fragmentedControl)
  }

  @Test("a control frame of more than 125 bytes fails", arguments: [0x88, 0x89, 0x8a] as [UInt8])
  func longControl(first: UInt8) throws {
    try expect([first, 0xfe], failsWith: .controlTooLong)
    try expect([first, 0xff], failsWith: .controlTooLong)
    try expect([first, 0x7e], from: .server, failsWith: .controlTooLong)
  }

  @Test("clients mask and servers do not", arguments: [0x00, 0x05, 0x7d, 0x7e, 0x7f] as [UInt8])
  func roles(length: UInt8) throws {
    try expect([0x82, length], failsWith: .unmasked)
    try expect([0x82, 0x80 | length], from: .server, failsWith: .masked)
  }

  @Test(
    "a length in more bytes than it needs, or with its top bit set, fails before the key",
    arguments: [
      [0xfe, 0, 0], [0xfe, 0, 125], [0xff, 0, 0, 0, 0, 0, 0, 0, 0],
      [0xff, 0, 0, 0, 0, 0, 0, 0, 125], [0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
      [0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ] as [[UInt8]]
  )
  func invalidLengths(bytes: [UInt8]) throws {
    try expect([0x82] + bytes, failsWith: .invalidLength)
    let unmasked = [bytes[0] & 0x7F] + bytes.dropFirst()
    try expect([0x81] + unmasked, from: .server, failsWith: .invalidLength)
  }

  @Test(
    "a length over the limit fails before the key, one at it does not",
    arguments: [
      ([0xfd], 125), ([0xfe, 0x01, 0x00], 256), ([0xff, 0, 0, 0, 0, 0, 1, 0, 0], 65_536),
      ([0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .max),
    ] as [([UInt8], Int)]
  )
  func room(bytes: [UInt8], count: Int) throws {
    try expect([0x82] + bytes, room: count - 1, failsWith: .messageTooBig)
    try expect([0x80] + bytes, room: 0, failsWith: .messageTooBig)
    try expect([0x82] + bytes + key, room: count, yields: .binary, count)
    guard count < .max else { return }
    try expect([0x82] + bytes + key, room: count + 1, yields: .binary, count)
  }

  @Test("an empty frame needs no room, and a control frame never does") func noRoom() throws {
    try expect([0x80, 0x80] + key, room: 0, yields: .continuation, 0)
    try expect([0x89, 0xfd] + key, room: 0, yields: .ping, 125)
  }

  @Test(
    "a header is written in its shortest form",
    arguments: [
      (0, [0x82, 0]), (1, [0x82, 1]), (125, [0x82, 125]), (126, [0x82, 126, 0, 126]),
      (0x1234, [0x82, 126, 0x12, 0x34]), (65_535, [0x82, 126, 0xff, 0xff]),
      (65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
      (0x0102_0304_0506_0708, [0x82, 127, 1, 2, 3, 4, 5, 6, 7, 8]),
      (.max, [0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ] as [(Int, [UInt8])]
  )
  func encode(count: Int, expected: [UInt8]) throws {
    let encoded = FrameHeader.encode(.binary, payloadCount: count)
    #expect(encoded.bytes == expected)
    #expect(encoded.count == expected.count)
    let fragment = FrameHeader.encode(.binary, payloadCount: count, isFinal: false)
    #expect(fragment.bytes == [0x02] + expected.dropFirst())
    try expect(encoded.bytes, from: .server, yields: .binary, count)
  }

  @Test(
    "each opcode is written",
    arguments: [
      (.continuation, 0x80), (.text, 0x81), (.binary, 0x82), (.close, 0x88), (.ping, 0x89),
      (.pong, 0x8a),
    ] as [(Opcode, UInt8)]
  )
  func encodeOpcode(opcode: Opcode, first: UInt8) {
    #expect(FrameHeader.encode(opcode, payloadCount: 5).bytes == [first, 0x05])
  }

  @Test("no header is longer than the maximum") func maximum() throws {
    let bytes: [UInt8] = [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0] + key
    #expect(bytes.count == FrameHeader.maximumCount)
    try expect(bytes, yields: .binary, 65_536)
  }

  // MARK: RSV1 (RFC 7692 §6)

  @Test("RSV1 says compressed in the first frame of a message, once agreed", arguments: [1, 2])
  func compressed(opcode: UInt8) throws {
    for isFinal in [true, false] {
      let input = [opcode | 0x40 | (isFinal ? 0x80 : 0), 0x80] + key
      let header = try #require(
        try FrameHeader(input.span, at: 0, from: .client, room: 0, compressedRoom: 0)
      )
      #expect(header.isCompressed && header.isFinal == isFinal)
      try expect([input[0]], failsWith: .reservedBits)
    }
  }

  @Test(
    "RSV1 in any other frame, and the other bits in all, stay wrong",
    arguments: [0xC0, 0x40, 0xC8, 0xC9, 0xCA, 0xA1, 0x91, 0xE1, 0xD2, 0xC3, 0xCB] as [UInt8]
  )
  func notCompressed(first: UInt8) {
    #expect(throws: ProtocolError.reservedBits) {
      _ = try FrameHeader([first].span, at: 0, from: .client, room: .max, compressedRoom: .max)
    }
  }

  @Test("compressed frames have room of their own") func compressedRoom() throws {
    for (first, room, compressedRoom) in [(0xC1, 0, 5), (0x81, 5, 0)] as [(UInt8, Int, Int)] {
      for length in 4...6 {
        let input = [first, 0x80 | UInt8(length)] + key
        let header = try? FrameHeader(
          input.span,
          at: 0,
          from: .client,
          room: room,
          compressedRoom: compressedRoom
        )
        #expect((header == nil) == (length > 5))
      }
    }
  }

  @Test("RSV1 is written when asked for") func encodeCompressed() {
    #expect(FrameHeader.encode(.text, payloadCount: 7, isCompressed: true).bytes == [0xC1, 7])
    #expect(FrameHeader.encode(.binary, payloadCount: 7).bytes == [0x82, 7])
  }
}
