import TestSupport
import Testing

@testable import WebSocketProtocol

@Suite("permessage-deflate: receiving (RFC 7692 §7.2.2)") struct PermessageDeflateReceivingTests {
  private static let hello: [UInt8] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]
  private static var noTakeover: DeflateParameters {
    var parameters = DeflateParameters()
    parameters.clientNoContextTakeover = true
    return parameters
  }

  private func frame(_ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
    var frame = WireFrame(opcode, payload, isFinal: isFinal)
    frame.firstByte |= 0x40
    return frame.bytes
  }

  private func deflated(_ bytes: [UInt8]) -> [UInt8] {
    DeflateStream(windowBits: 15, memoryLevel: 8, level: 6).message(bytes)
  }

  @Test(
    "\"Hello\" in each of the ways of §7.2.3",
    arguments: [
      hello, [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
      [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
      [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00],
      // A final block without the byte behind it, and one whose end is the tail.
      [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], hello + [0x00, 0x00, 0xff, 0xff, 0x01],
    ] as [[UInt8]]
  )
  func examples(payload: [UInt8]) {
    for parameters in [DeflateParameters(), Self.noTakeover] {
      expect(frame(.text, payload), deflate: parameters, yields: [.text("Hello")])
      // And the streams are in order afterwards.
      expect(
        frame(.text, payload) + frame(.binary, payload) + WireFrame(.text, "plain").bytes
          + frame(.text, Self.hello),
        deflate: parameters,
        yields: [.text("Hello"), .binary(Array("Hello".utf8)), .text("plain"), .text("Hello")]
      )
    }
  }

  @Test("a message may refer to the last one, with context takeover only") func takeover() {
    let second: [UInt8] = [0xf2, 0x00, 0x11, 0x00, 0x00]
    let input = frame(.text, Self.hello) + frame(.text, second)
    let parameters = DeflateParameters()
    expect(input, deflate: parameters, yields: [.text("Hello"), .text("Hello")])
    // The window outlives a final block, and messages that are not compressed.
    let final: [UInt8] = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00]
    expect(
      frame(.text, final) + WireFrame(.text, "plain").bytes + frame(.text, second),
      deflate: parameters,
      yields: [.text("Hello"), .text("plain"), .text("Hello")]
    )
    let result = transcript(input, deflate: Self.noTakeover)
    #expect(result.events == [.text("Hello")])
    #expect(result.error == .invalidCompressedData)
  }

  @Test("fragments, with control frames between them, make one message", arguments: 0...7)
  func fragments(cut: Int) {
    let fragments = [
      frame(.text, Array(Self.hello.prefix(cut)), isFinal: false), WireFrame(.ping, "p").bytes,
      WireFrame(.continuation, [], isFinal: false).bytes, WireFrame(.pong, "q").bytes,
      WireFrame(.continuation, Array(Self.hello.dropFirst(cut))).bytes,
    ]
    expect(
      fragments.flatMap { $0 },
      deflate: DeflateParameters(),
      yields: [.ping([0x70]), .pong([0x71]), .text("Hello")]
    )
  }

  @Test(
    "an empty message is empty",
    arguments: [
      [0x00], [0x02, 0x00], [0x01], [0x03, 0x00], [], [0x00, 0x00, 0x00, 0xff, 0xff, 0x00],
    ]
      as [[UInt8]]
  )
  func empty(payload: [UInt8]) {
    for parameters in [DeflateParameters(), Self.noTakeover] {
      expect(
        frame(.binary, payload) + frame(.text, payload) + frame(.text, Self.hello),
        deflate: parameters,
        yields: [.binary([]), .text(""), .text("Hello")]
      )
    }
  }

  @Test("a large message comes whole, however it is cut") func large() {
    var random = SystemRandomNumberGenerator()
    let message = (0..<300_000).map { _ in UInt8.random(in: 0...15, using: &random) }
    let payload = deflated(message)
    let single = frame(.binary, payload)
    let split =
      frame(.binary, Array(payload.prefix(1000)), isFinal: false)
      + WireFrame(.continuation, Array(payload.dropFirst(1000))).bytes
    for input in [single, split] {
      expect(input, deflate: DeflateParameters(), yields: [.binary(message)])
    }
  }

  @Test("RSV1 needs an agreement, and a first frame of a message") func misplaced() {
    expect([0xC1], failsWith: .reservedBits)
    for first in [0xC0, 0x40, 0xC8, 0xC9, 0xCA, 0xE1] as [UInt8] {
      expect([first], deflate: DeflateParameters(), failsWith: .reservedBits)
      let begun = frame(.text, [0xf2], isFinal: false)
      expect(begun + [first], deflate: DeflateParameters(), failsWith: .reservedBits)
    }
    let begun = WireFrame(.text, "a", isFinal: false).bytes
    expect(begun + [0xC0], deflate: DeflateParameters(), failsWith: .reservedBits)
    let twice = frame(.text, Self.hello, isFinal: false)
    let result = transcript(twice + frame(.text, Self.hello), deflate: DeflateParameters())
    #expect(result.error == .expectedContinuation)
  }

  // MARK: Bounds

  @Test("what is inflated is bounded", arguments: [0, 1, 100, 16_383, 16_384, 16_385, 100_000])
  func tooBig(limit: Int) {
    let limits = Limits(messageBytes: limit)
    for offset in -1...1 where limit + offset >= 0 {
      let message = [UInt8](repeating: 0x61, count: limit + offset)
      let input = frame(.binary, deflated(message))
      let result = transcript(input, limits: limits, deflate: DeflateParameters())
      #expect(result.error == (offset > 0 ? .messageTooBig : nil))
      #expect(result.events == (offset > 0 ? [] : [.binary(message)]))
    }
  }

  @Test("no more than a block past the bound is inflated") func bomb() throws {
    let deflate = PermessageDeflate(DeflateParameters(), pool: DeflatePool())
    let payload = deflated([UInt8](repeating: 0, count: 10_000_000))
    #expect(payload.count < 11_000)
    var kept = 0
    #expect(throws: ProtocolError.messageTooBig) {
      try deflate.inflate(payload.span) { (piece) throws(ProtocolError) in
        #expect(piece.count <= DeflatePool.scratchBytes)
        kept += piece.count
        if kept > 100_000 { throw .messageTooBig }
      }
    }
    #expect(kept <= 100_000 + DeflatePool.scratchBytes)
  }

  @Test("fragments add up to the bound, inflated") func boundOfFragments() {
    let limits = Limits(messageBytes: 1000)
    let payload = deflated([UInt8](repeating: 0x61, count: 1001))
    let fragments = payload.indices.map { index in
      let last = index == payload.count - 1
      return index == 0
        ? frame(.binary, [payload[0]], isFinal: false)
        : WireFrame(.continuation, [payload[index]], isFinal: last).bytes
    }
    let result = transcript(fragments.flatMap { $0 }, limits: limits, deflate: DeflateParameters())
    #expect(result.error == .messageTooBig)
  }

  @Test("a message that inflates to nothing does not go on for ever") func endless() {
    // Empty blocks without compression, five bytes each.
    let blocks = Array(repeating: [0x00, 0x00, 0x00, 0xff, 0xff] as [UInt8], count: 400).flatMap {
      $0
    }
    let limits = Limits(messageBytes: 0)
    let whole = transcript(frame(.text, blocks), limits: limits, deflate: DeflateParameters())
    #expect(whole.error == .messageTooBig)
    let parts =
      frame(.text, Array(blocks.prefix(1000)), isFinal: false)
      + WireFrame(.continuation, Array(blocks.prefix(1000))).bytes
    let result = transcript(parts, limits: limits, deflate: DeflateParameters())
    #expect(result.error == .messageTooBig)
  }

  @Test("what does not become smaller may be a little longer on the wire") func incompressible() {
    var random = SystemRandomNumberGenerator()
    let message = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let payload = DeflateStream(windowBits: 15, memoryLevel: 1, level: 9).message(message)
    #expect(payload.count > 5000)
    let limits = Limits(messageBytes: 5000)
    expect(
      frame(.binary, payload),
      limits: limits,
      deflate: DeflateParameters(),
      yields: [.binary(message)]
    )
  }

  // MARK: Errors

  @Test("text fails as soon as what is inflated cannot become valid") func invalidText() {
    let bad: [UInt8] = Array("κόσμε".utf8) + [0xed, 0xa0, 0x80]
    // One byte for one byte: a block without compression.
    let stored = [0x00, UInt8(bad.count), 0x00, ~UInt8(bad.count), 0xff] + bad
    let input = frame(.text, stored + [UInt8](repeating: 0, count: 60))
    // The header, the block's five bytes, and the text up to the surrogate.
    expect(
      Array(input.prefix(6 + 5 + bad.count - 1)),
      deflate: DeflateParameters(),
      failsWith: .invalidUTF8
    )
    expect(frame(.binary, stored + [0]), deflate: DeflateParameters(), yields: [.binary(bad)])
    let cut = deflated([0x61, 0xe2, 0x82])
    #expect(transcript(frame(.text, cut), deflate: DeflateParameters()).error == .invalidUTF8)
  }

  @Test(
    "what cannot be inflated fails",
    arguments: [
      [0x07], [0xff, 0xff], [0x00, 0x05, 0x00, 0xfb, 0xff], [0xf2, 0x00, 0x11, 0x00, 0x00],
      [0x05, 0xff, 0xff, 0xff], [0xf2, 0x48, 0xcd], [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65],
      [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07], [0x00, 0x01],
    ] as [[UInt8]]
  )
  func corrupt(payload: [UInt8]) {
    for parameters in [DeflateParameters(), Self.noTakeover] {
      let result = transcript(frame(.binary, payload), deflate: parameters)
      #expect(result.events == [])
      #expect(result.error == .invalidCompressedData)
    }
  }

  @Test("any window suits us, whatever was agreed") func window() {
    var parameters = DeflateParameters()
    parameters.clientMaxWindowBits = 8
    var random = SystemRandomNumberGenerator()
    let half = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let payload = deflated(half + half)
    #expect(payload.count < 6000)
    #expect(
      transcript(frame(.binary, payload), deflate: parameters).events == [.binary(half + half)]
    )
  }
}
