import TestSupport
import Testing

@testable import WebSocketProtocol

@Suite("Deflate streams (RFC 1951)") struct DeflateStreamTests {
  /// Text in which little occurs twice.
  private static func text(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 97...122, using: &random) }
  }

  private static func noise(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  @Test("what was compressed comes back, whatever the room", arguments: [1, 7, 1000])
  func roundTrip(room: Int) {
    let deflate = DeflateStream(windowBits: 12, memoryLevel: 5, level: 4)
    let inflate = InflateStream()
    for count in [0, 1, 100, 5000, 100_000] {
      let message = Self.text(count) + Self.text(count).reversed()
      let compressed = deflate.all(message, room: max(room, 7))
      #expect(compressed.suffix(4) == [0, 0, 0xFF, 0xFF] || count == 0)
      #expect(inflate.all(compressed, room: room).bytes == message)
      #expect(inflate.isBetweenBlocks)
    }
  }

  @Test("the next message refers to the last, until a reset") func context() {
    let deflate = DeflateStream(windowBits: 9, memoryLevel: 1, level: 9)
    let message = Self.text(200)
    let first = deflate.all(message)
    #expect(deflate.all(message).count < 20)
    deflate.reset()
    #expect(deflate.all(message) == first)
  }

  @Test("a window is kept to", arguments: 9...15)
  func window(bits: Int) {
    let deflate = DeflateStream(windowBits: bits, memoryLevel: 5, level: 9)
    let message = Self.text(20_000)
    let compressed = deflate.all(message + message)
    #expect(InflateStream().all(compressed).bytes == message + message)
    // What lies further back than the window is not found again.
    let half = Self.noise(200)
    let far = deflate.all(half + Self.noise(1 << bits) + half)
    let near = deflate.all(half + half)
    #expect(near.count < 250 && far.count > 400 + (1 << bits))
  }

  @Test("a final block ends, and the window outlives it") func final() {
    let inflate = InflateStream()
    var output = [UInt8](repeating: 0, count: 10)
    var span = output.mutableSpan
    var offset = 0
    // "Hello" as in RFC 7692 §7.2.3.4, and behind it "Hello" from the window (§7.2.3.2).
    let input: [UInt8] = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0xf2, 0x00, 0x11, 0x00, 0x00]
    let (written, outcome) = inflate.run(input.span, from: &offset, into: &span)
    #expect(written == 5 && offset == 7 && outcome == .ended)
    inflate.restart()
    let (more, next) = inflate.run(input.span, from: &offset, into: &span)
    #expect(more == 5 && offset == 12 && next == .progressed)
    #expect(Array(output.prefix(5)) == Array("Hello".utf8))
  }

  @Test("nonsense is corrupt, and a reset heals") func corrupt() {
    let inflate = InflateStream()
    #expect(inflate.all([0xFF, 0xFF]).outcome == .corrupt)
    inflate.reset()
    #expect(inflate.all([0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]).bytes == Array("Hello".utf8))
    #expect(!inflate.isBetweenBlocks)
    inflate.reset()
    // Five bytes back, where nothing is.
    #expect(inflate.all([0xf2, 0x00, 0x11, 0x00, 0x00]).outcome == .corrupt)
  }
}

extension DeflateStream {
  /// All that comes of `input`.
  func all(_ input: [UInt8], room: Int = 4096) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: room)
    var all: [UInt8] = []
    var offset = 0
    while true {
      var span = output.mutableSpan
      let written = run(input.span, from: &offset, into: &span)
      all += span.span.extracting(0..<written).copy
      if written < room { return all }
    }
  }

  /// A message without its tail, as it stands in frames.
  func message(_ input: [UInt8]) -> [UInt8] { all(input).dropLast(4) }
}

extension InflateStream {
  /// All that comes of `input`.
  func all(_ input: [UInt8], room: Int = 4096) -> (bytes: [UInt8], outcome: Outcome) {
    var output = [UInt8](repeating: 0, count: room)
    var all: [UInt8] = []
    var offset = 0
    while true {
      var span = output.mutableSpan
      let (written, outcome) = run(input.span, from: &offset, into: &span)
      all += span.span.extracting(0..<written).copy
      if written < room || outcome != .progressed { return (all, outcome) }
    }
  }
}
