import TestSupport
import Testing
import WebSocketProtocol

@Suite("Message reader (RFC 6455 §5)") struct MessageReaderTests {
  @Test("\"Hello\", masked and unmasked, as in §5.7") func hello() {
    let masked: [UInt8] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
    expect(masked, yields: [.text("Hello")])
    let unmasked: [UInt8] = [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]
    expect(unmasked, from: .server, yields: [.text("Hello")])
  }

  @Test("\"Hello\" in two fragments, as in §5.7") func fragments() {
    let bytes: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f]
    expect(bytes, from: .server, yields: [.text("Hello")])
  }

  @Test("a ping and its pong, as in §5.7") func ping() {
    let ping: [UInt8] = [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]
    expect(ping, from: .server, yields: [.ping([0x48, 0x65, 0x6c, 0x6c, 0x6f])])
    let pong: [UInt8] = [0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
    expect(pong, yields: [.pong([0x48, 0x65, 0x6c, 0x6c, 0x6f])])
  }

  @Test("256 bytes and 64 KiB in one frame, as in §5.7") func long() {
    let short = [UInt8](repeating: 0xA5, count: 256)
    expect([0x82, 0x7e, 0x01, 0x00] + short, from: .server, yields: [.binary(short)])
    let long = [UInt8](repeating: 0x5A, count: 65_536)
    let header: [UInt8] = [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]
    expect(header + long, from: .server, yields: [.binary(long)])
  }

  @Test(
    "a message of any length is the same from both roles",
    arguments: [0, 1, 3, 4, 5, 31, 32, 33, 124, 125, 126, 127, 400, 65_535, 65_536]
  )
  func lengths(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let text = String(repeating: "x", count: count)
    for (role, key) in [(Role.client, WireFrame.exampleKey), (.server, nil)] {
      expect(WireFrame(.binary, bytes, key: key).bytes, from: role, yields: [.binary(bytes)])
      expect(WireFrame(.text, text, key: key).bytes, from: role, yields: [.text(text)])
    }
  }

  @Test("messages come one after the other") func several() {
    let frames = [
      WireFrame(.text, "one"), WireFrame(.binary, [2]), WireFrame(.ping, [3]), WireFrame(.text, ""),
      WireFrame(.pong, []), WireFrame(.binary, [], key: [0, 0, 0, 0]), WireFrame(.text, "sieben €"),
    ]
    expect(
      frames.flatMap(\.bytes),
      yields: [
        .text("one"), .binary([2]), .ping([3]), .text(""), .pong([]), .binary([]),
        .text("sieben €"),
      ]
    )
  }

  @Test("a hundred thousand messages may come in one piece") func many() {
    let frame = WireFrame(.binary, []).bytes
    let input = [UInt8]((0..<100_000).map { _ in frame }.joined())
    #expect(MessageTranscript(input).events.count == 100_000)
  }

  @Test("the whole of what comes may be changed in place, and no more is") func inPlace() throws {
    var input = WireFrame(.binary, [1, 2, 3]).bytes + WireFrame(.binary, [4]).bytes
    let before = input
    var reader = MessageReader()
    var bytes = input.mutableSpan
    try reader.receive(&bytes, limits: Limits(), into: MessageRecorder(wanted: 1))
    // The second message was not wanted any more.
    #expect(input[9...] == before[9...])
  }

  // MARK: Errors

  @Test(
    "a wrong header fails at the byte that makes it so",
    arguments: [
      ([0xc1], .reservedBits), ([0xa2], .reservedBits), ([0x91], .reservedBits),
      ([0x83], .unknownOpcode(3)), ([0x8b], .unknownOpcode(11)), ([0x09], .fragmentedControl),
      ([0x08], .fragmentedControl), ([0x81, 0x05], .unmasked), ([0x89, 0x00], .unmasked),
      ([0x89, 0xfe], .controlTooLong), ([0x88, 0xff], .controlTooLong),
      ([0x81, 0xfe, 0x00, 0x7d], .invalidLength),
      ([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], .invalidLength),
    ] as [([UInt8], ProtocolError)]
  )
  func wrongHeader(bytes: [UInt8], error: ProtocolError) {
    expect(bytes, failsWith: error)
    let message = WireFrame(.text, "ok").bytes
    expect(message + bytes, failsWith: error, after: [.text("ok")])
  }

  @Test("a server that masks fails, a client that does not too") func wrongRole() {
    let masked = WireFrame(.text, "a").bytes
    let unmasked = WireFrame(.text, "a", key: nil).bytes
    expect(Array(masked.prefix(2)), from: .server, failsWith: .masked)
    expect(Array(unmasked.prefix(2)), failsWith: .unmasked)
  }

  @Test(
    "a declared length over the limit fails from the header alone",
    arguments: [0, 125, 70_000]
  )
  func tooBig(limit: Int) {
    let limits = Limits(messageBytes: limit)
    let exact = [UInt8](repeating: 1, count: limit)
    if limit > 0 {
      let less = Array(exact.dropLast())
      expect(WireFrame(.binary, less).bytes, limits: limits, yields: [.binary(less)])
    }
    expect(WireFrame(.binary, exact).bytes, limits: limits, yields: [.binary(exact)])
    let more = WireFrame(.binary, exact + [1]).bytes
    let header = Array(more.prefix(more.count - limit - 1 - 4))
    expect(header, limits: limits, failsWith: .messageTooBig)
  }

  @Test("no declared length overflows") func hugeLength() {
    let header: [UInt8] = [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
    expect(header, failsWith: .messageTooBig)
    // Without a limit it is merely incomplete.
    expect(header + [0, 0, 0, 0, 1, 2], limits: Limits(messageBytes: .max), yields: [])
  }

  // MARK: Text

  @Test("text that is not UTF-8 fails, binary does not", arguments: [2, 60, 130, 300])
  func invalidText(count: Int) {
    var bytes = [UInt8](repeating: 0x61, count: count)
    bytes[count - 1] = 0xff
    for (role, key) in [(Role.client, WireFrame.exampleKey), (.server, nil)] {
      expect(WireFrame(.text, bytes, key: key).bytes, from: role, failsWith: .invalidUTF8)
      expect(WireFrame(.binary, bytes, key: key).bytes, from: role, yields: [.binary(bytes)])
    }
  }

  @Test("a text that ends within a character fails") func cutText() {
    expect(WireFrame(.text, [0x61, 0xe2, 0x82]).bytes, failsWith: .invalidUTF8)
    let frames = [
      WireFrame(.text, [0xe2], isFinal: false), WireFrame(.continuation, [0x82]),
    ]
    expect(frames.flatMap(\.bytes), failsWith: .invalidUTF8)
  }

  @Test("text fails as soon as it cannot become valid, in the middle of a frame too")
  func failFast() {
    // κόσμε, a surrogate, and more that nobody waits for (Autobahn 6.4).
    let text: [UInt8] = [0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xed, 0xa0, 0x80, 0x65]
    for count in [9, 300, 70_000] {
      let rest = [UInt8](repeating: 0x61, count: count - 9)
      let frame = WireFrame(.text, text + rest).bytes
      let header = frame.count - count
      expect(Array(frame.prefix(header + 7)), failsWith: .invalidUTF8)
    }
  }

  @Test("what was gathered does not outlive an error") func nothingHeld() {
    let begun = WireFrame(.text, [UInt8](repeating: 0x61, count: 1000), isFinal: false).bytes
    #expect(MessageTranscript(begun).holdsBytes)
    let result = MessageTranscript(begun + WireFrame(.continuation, [0xff]).bytes)
    #expect(result.error == .invalidUTF8 && !result.holdsBytes)
  }

  // MARK: Close (§5.5.1)

  @Test(
    "a close frame has nothing, a code, or a code and a reason",
    arguments: [
      ([], nil, ""), ([0x03, 0xe8], .normal, ""),
      ([0x03, 0xe9, 0x62, 0x79, 0x65], .goingAway, "bye"),
      ([0x13, 0x87, 0xe2, 0x82, 0xac], CloseCode(4999), "€"),
    ] as [([UInt8], CloseCode?, String)]
  )
  func close(payload: [UInt8], code: CloseCode?, reason: String) {
    expect(WireFrame(.close, payload).bytes, yields: [.close(code, reason)])
    let unmasked = WireFrame(.close, payload, key: nil)
    expect(unmasked.bytes, from: .server, yields: [.close(code, reason)])
  }

  @Test("a reason has 123 bytes at most") func longReason() {
    let reason = String(repeating: "x", count: 123)
    let frame = WireFrame(.close, [0x03, 0xe8] + reason.utf8)
    expect(frame.bytes, yields: [.close(.normal, reason)])
    let longer = WireFrame(.close, frame.payload + [0x78]).bytes
    expect(Array(longer.prefix(2)), failsWith: .controlTooLong)
  }

  @Test(
    "a close frame that is none fails",
    arguments: [
      ([0x03], .invalidClose), ([0x00, 0x00], .invalidClose), ([0x03, 0xe7], .invalidClose),
      ([0x03, 0xec], .invalidClose), ([0x03, 0xed], .invalidClose), ([0x03, 0xee], .invalidClose),
      ([0x03, 0xf7], .invalidClose), ([0x0b, 0xb7], .invalidClose), ([0x13, 0x88], .invalidClose),
      ([0x03, 0xe8, 0xff], .invalidUTF8), ([0x03, 0xe8, 0x61, 0xe2, 0x82], .invalidUTF8),
    ] as [([UInt8], ProtocolError)]
  )
  func wrongClose(payload: [UInt8], error: ProtocolError) {
    expect(WireFrame(.close, payload).bytes, failsWith: error)
  }

  @Test("nothing follows a close frame") func afterClose() {
    let close = WireFrame(.close, [0x03, 0xe8]).bytes
    expect(close + WireFrame(.text, "late").bytes, yields: [.close(.normal, "")])
    // Not even judged: the peer may have sent anything.
    expect(close + [0xff, 0xff, 0xff], yields: [.close(.normal, "")])
  }

  // MARK: A handler that wants no more

  @Test("nothing is found once no more is wanted", arguments: 1...4)
  func wantsNoMore(wanted: Int) {
    let frames = [
      WireFrame(.text, "one"), WireFrame(.ping, [2]),
      WireFrame(.binary, [3], isFinal: false), WireFrame(.continuation, [4]),
      WireFrame(.text, [UInt8](repeating: 0x35, count: 200)),
    ]
    let expected: [MessageRecorder.Event] = [
      .text("one"), .ping([2]), .binary([3, 4]), .text(String(repeating: "5", count: 200)),
    ]
    let result = transcript(frames.flatMap(\.bytes) + [0xff], wanted: wanted)
    #expect(result.events == Array(expected.prefix(wanted)))
    #expect(result.error == nil)
  }

  @Test("short messages need no reader, up to where something else begins")
  func shortMessages() throws {
    let short = WireFrame(.text, "short").bytes + WireFrame(.binary, [1, 2]).bytes
    let others: [[UInt8]] = [
      WireFrame(.ping, []).bytes, WireFrame(.binary, Array(repeating: 1, count: 126)).bytes,
      WireFrame(.text, "cut").bytes.dropLast(1) + [], [0x81], [],
    ]
    for other in others {
      var bytes = short + other
      var span = bytes.mutableSpan
      let recorder = MessageRecorder()
      let end = try MessageReader.receiveShortMessages(
        &span,
        at: 0,
        from: .client,
        limits: Limits(),
        into: recorder
      )
      #expect(end == short.count)
      #expect(recorder.events == [.text("short"), .binary([1, 2])])
    }
  }

  @Test("a reader goes on behind what has been taken") func fromTheMiddle() throws {
    var bytes = WireFrame(.text, "before").bytes
    let start = bytes.count
    bytes += WireFrame(.ping, [1]).bytes + WireFrame(.text, "behind").bytes.dropLast()
    var reader = MessageReader()
    let wasBetween = reader.isBetweenMessages
    #expect(wasBetween)
    var span = bytes.mutableSpan
    let recorder = MessageRecorder()
    let end = try reader.receive(&span, from: start, limits: Limits(), into: recorder)
    #expect(end == bytes.count)
    #expect(recorder.events == [.ping([1])])
    let isBetween = reader.isBetweenMessages
    #expect(!isBetween)
  }
}
