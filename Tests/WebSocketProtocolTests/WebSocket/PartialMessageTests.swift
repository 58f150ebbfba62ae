import TestSupport
import Testing

@testable import WebSocketProtocol

@Suite("Partial messages (RFC 6455 §5.4)") struct PartialMessageTests {
  private func expect(
    _ frames: [WireFrame],
    limits: Limits = Limits(),
    yields events: [MessageRecorder.Event],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (role, key) in [(Role.client, WireFrame.exampleKey), (.server, nil)] {
      let bytes = frames.flatMap { frame in
        var frame = frame
        frame.key = key
        return frame.bytes
      }
      WebSocketProtocolTests.expect(
        bytes,
        from: role,
        limits: limits,
        yields: events,
        sourceLocation: sourceLocation
      )
    }
  }

  @Test("fragments make one message, of the first one's kind") func fragments() {
    expect(
      [
        WireFrame(.text, "Hel", isFinal: false), WireFrame(.continuation, "l", isFinal: false),
        WireFrame(.continuation, "o"),
      ],
      yields: [.text("Hello")]
    )
    expect(
      [WireFrame(.binary, [0xff], isFinal: false), WireFrame(.continuation, [0xfe])],
      yields: [.binary([0xff, 0xfe])]
    )
  }

  @Test("fragments may be empty") func emptyFragments() {
    expect(
      [
        WireFrame(.text, [], isFinal: false), WireFrame(.continuation, [], isFinal: false),
        WireFrame(.continuation, "a", isFinal: false), WireFrame(.continuation, []),
      ],
      yields: [.text("a")]
    )
    expect(
      [WireFrame(.binary, [], isFinal: false), WireFrame(.continuation, [])],
      yields: [.binary([])]
    )
  }

  @Test("each fragment has a key of its own") func keys() {
    let bytes =
      WireFrame(.text, "Hello ", isFinal: false, key: [1, 2, 3, 4]).bytes
      + WireFrame(.continuation, "world", key: [0xaa, 0xbb, 0xcc, 0xdd]).bytes
    WebSocketProtocolTests.expect(bytes, yields: [.text("Hello world")])
  }

  @Test("fragments may cut a character anywhere", arguments: ["é", "€", "😀", "a😀b"])
  func cutCharacters(text: String) {
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      expect(
        [
          WireFrame(.text, Array(bytes[..<cut]), isFinal: false),
          WireFrame(.continuation, Array(bytes[cut...])),
        ],
        yields: [.text(text)]
      )
    }
  }

  @Test("control frames may stand between fragments, in order") func control() {
    expect(
      [
        WireFrame(.text, "a€".utf8.dropLast(), isFinal: false), WireFrame(.ping, [1]),
        WireFrame(.pong, []), WireFrame(.continuation, [0xac], isFinal: false),
        WireFrame(.ping, [UInt8](repeating: 2, count: 125)), WireFrame(.continuation, "b"),
        WireFrame(.text, "next"),
      ],
      yields: [
        .ping([1]), .pong([]), .ping([UInt8](repeating: 2, count: 125)), .text("a€b"),
        .text("next"),
      ]
    )
  }

  @Test("a close frame may come in the middle of a message, which is dropped") func close() {
    expect(
      [
        WireFrame(.text, "half", isFinal: false), WireFrame(.close, [0x03, 0xe9]),
        WireFrame(.continuation, "other half"),
      ],
      yields: [.close(.goingAway, "")]
    )
  }

  @Test("a continuation needs something to continue") func unexpectedContinuation() {
    let alone = Array(WireFrame(.continuation, "a").bytes.prefix(6))
    WebSocketProtocolTests.expect(alone, failsWith: .unexpectedContinuation)
    let whole = WireFrame(.text, "a").bytes
    WebSocketProtocolTests.expect(
      whole + alone,
      failsWith: .unexpectedContinuation,
      after: [.text("a")]
    )
    let fragments =
      WireFrame(.text, "a", isFinal: false).bytes + WireFrame(.continuation, "b").bytes
    let late = Array(WireFrame(.continuation, "c", isFinal: false).bytes.prefix(6))
    WebSocketProtocolTests.expect(
      fragments + late,
      failsWith: .unexpectedContinuation,
      after: [.text("ab")]
    )
  }

  @Test("a message begins only after the last fragment of another", arguments: [true, false])
  func expectedContinuation(isFinal: Bool) {
    let first = WireFrame(.text, "a", isFinal: false).bytes + WireFrame(.ping).bytes
    for opcode in [Opcode.text, .binary] {
      let next = Array(WireFrame(opcode, "b", isFinal: isFinal).bytes.prefix(6))
      WebSocketProtocolTests.expect(
        first + next,
        failsWith: .expectedContinuation,
        after: [.ping([])]
      )
    }
  }

  @Test("the limit counts all fragments, and not the control frames between them")
  func limit() {
    let limits = Limits(messageBytes: 10)
    let first = WireFrame(.binary, [UInt8](repeating: 1, count: 6), isFinal: false)
    let ping = WireFrame(.ping, [UInt8](repeating: 2, count: 125))
    for count in [3, 4] {
      let rest = [UInt8](repeating: 3, count: count)
      expect(
        [first, ping, WireFrame(.continuation, rest), first, WireFrame(.continuation, rest)],
        limits: limits,
        yields: [.ping(ping.payload), .binary(first.payload + rest), .binary(first.payload + rest)]
      )
    }
    let more = Array(WireFrame(.continuation, [3, 3, 3, 3, 3]).bytes.prefix(2))
    WebSocketProtocolTests.expect(
      first.bytes + ping.bytes + more,
      limits: limits,
      failsWith: .messageTooBig,
      after: [.ping(ping.payload)]
    )
  }

  @Test("a full message may still be ended by an empty fragment") func fullMessage() {
    expect(
      [WireFrame(.binary, [1, 2], isFinal: false), WireFrame(.continuation, [])],
      limits: Limits(messageBytes: 2),
      yields: [.binary([1, 2])]
    )
  }

  @Test("text fails in the fragment that makes it invalid") func failFast() {
    // A surrogate, cut by the frames.
    let first = WireFrame(.text, [0x61, 0xed], isFinal: false).bytes
    let second = WireFrame(.continuation, [0xa0, 0x80, 0x61], isFinal: false).bytes
    WebSocketProtocolTests.expect(
      first + WireFrame(.ping).bytes + Array(second.prefix(7)),
      failsWith: .invalidUTF8,
      after: [.ping([])]
    )
  }

  @Test("each message is judged as a text of its own") func freshText() {
    expect(
      [
        WireFrame(.binary, [0xe2], isFinal: false), WireFrame(.continuation, [0x28]),
        WireFrame(.text, "a", isFinal: false), WireFrame(.continuation, "b"),
      ],
      yields: [.binary([0xe2, 0x28]), .text("ab")]
    )
  }

  @Test("memory is held for what is incomplete only") func memory() {
    let hello = WireFrame(.text, "Hello").bytes
    #expect(!MessageTranscript(hello).holdsBytes)
    for cut in 1..<hello.count {
      let half = Array(hello.prefix(cut))
      #expect(MessageTranscript(half).holdsBytes == (cut != 6), "\(cut) bytes")
      #expect(!MessageTranscript(hello, cuts: [cut]).holdsBytes, "cut at \(cut)")
    }
    let fragments = WireFrame(.text, "a", isFinal: false).bytes
    #expect(MessageTranscript(fragments).holdsBytes)
    #expect(!MessageTranscript(fragments + WireFrame(.continuation).bytes).holdsBytes)
    let ping = WireFrame(.ping, [1, 2, 3]).bytes
    #expect(!MessageTranscript(ping, cuts: [7]).holdsBytes)
  }

  @Test("memory grows with what has arrived, not with what was declared") func declared() throws {
    var reader = MessageReader()
    let recorder = MessageRecorder()
    let frame = WireFrame(.binary, [UInt8](repeating: 7, count: 1 << 20)).bytes
    var part = Array(frame.prefix(1_000))
    var bytes = part.mutableSpan
    try reader.receive(&bytes, limits: Limits(), into: recorder)
    let held = reader.heldBytes
    #expect((900..<4_000).contains(held))
    #expect(recorder.events == [])
  }

  @Test("a frame of which a quarter has come is not moved any more", arguments: [16, 17, 40, 63])
  func cutFrame(kibibytes: Int) throws {
    var reader = MessageReader()
    let frame = WireFrame(.binary, [UInt8](repeating: 7, count: 64 << 10)).bytes
    var part = Array(frame.prefix((kibibytes << 10) + 14))
    var bytes = part.mutableSpan
    try reader.receive(&bytes, limits: Limits(), into: MessageRecorder())
    #expect(reader.partial?.payload.capacity ?? 0 >= 64 << 10)
  }

  @Test("a message in many fragments is seldom moved") func manyFragments() throws {
    let fragment = [UInt8](repeating: 1, count: 64)
    var reader = MessageReader()
    var capacities: Set<Int> = []
    for number in 0..<20_000 {
      var bytes = WireFrame(number == 0 ? .binary : .continuation, fragment, isFinal: false).bytes
      var span = bytes.mutableSpan
      try reader.receive(&span, limits: Limits(), into: MessageRecorder())
      capacities.insert(reader.partial?.payload.capacity ?? 0)
    }
    #expect(reader.heldBytes == 20_000 * 64)
    #expect(capacities.count < 30)
  }
}
