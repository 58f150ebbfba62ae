import TestSupport
import Testing

@testable import WebSocketProtocol

@Suite("permessage-deflate: sending (RFC 7692 §7.2.1)") struct PermessageDeflateSendingTests {
  private func connection(_ offer: String = "") throws -> PermessageDeflate {
    let parameters = try #require(DeflateParameters(offeredIn: ["permessage-deflate" + offer]))
    return PermessageDeflate(parameters, pool: DeflatePool())
  }

  private func text(_ number: Int, count: Int = 200) -> [UInt8] {
    Array("message \(number) says: a quick brown fox; ".utf8).cycled(to: count)
  }

  private func noise(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  private func wire(_ deflate: PermessageDeflate, _ frames: [UInt8]) -> [UInt8]? {
    var wire: [UInt8] = []
    return deflate.compress(frames.span, into: &wire) ? wire : nil
  }

  /// What a client reads that accepts any window.
  private func read(_ wire: [UInt8]) -> [MessageRecorder.Event] {
    transcript(wire, from: .server, deflate: DeflateParameters()).events
  }

  private func frame(_ payload: [UInt8], _ opcode: Opcode = .binary) -> [UInt8] {
    WireFrame(opcode, payload, key: nil).bytes
  }

  @Test(
    "messages come back, whatever was agreed and whatever their sizes",
    arguments: [
      "", "; server_no_context_takeover", "; server_max_window_bits=9",
      "; server_no_context_takeover; server_max_window_bits=10", "; server_max_window_bits=15",
    ]
  )
  func roundTrip(offer: String) throws {
    let deflate = try connection(offer)
    var sent: [MessageRecorder.Event] = []
    var all: [UInt8] = []
    for (number, size) in [64, 65, 200, 126, 3000, 70_000, 200, 1_000_000, 100].enumerated() {
      let message = text(number, count: size)
      deflate.pool.beginRound()
      let compressed = try #require(wire(deflate, frame(message)))
      #expect(compressed[0] == 0xC2)
      #expect(compressed.count < message.count + 2)
      all += compressed
      sent.append(.binary(message))
    }
    #expect(read(all) == sent)
  }

  @Test("with context takeover the second message costs next to nothing") func context() throws {
    let message = frame(noise(150))
    let takeover = try connection()
    #expect(wire(takeover, message) == nil)
    let text = frame(text(1), .text)
    let first = try #require(wire(takeover, text))
    let second = try #require(wire(takeover, text))
    #expect(first.count > 40 && second.count < 16)
    let without = try connection("; server_no_context_takeover")
    #expect(wire(without, text) == wire(without, text))
  }

  @Test("short messages and control frames stay as they are, in their places") func mixed() throws {
    let deflate = try connection()
    let short = frame(text(1, count: PermessageDeflate.threshold - 1))
    let ping = frame(text(2, count: 100), .ping)
    let close = frame([3, 232], .close)
    let long = frame(text(3, count: PermessageDeflate.threshold), .text)
    #expect(wire(deflate, short + ping + close) == nil)
    let mixed = try #require(wire(deflate, short + long + ping + short + long + close))
    #expect(mixed.starts(with: short))
    #expect(mixed.suffix(4) == close[...])
    let string = String(decoding: text(3, count: PermessageDeflate.threshold), as: UTF8.self)
    let unchanged = MessageRecorder.Event.binary(text(1, count: PermessageDeflate.threshold - 1))
    #expect(
      read(mixed) == [
        unchanged, .text(string), .ping(text(2, count: 100)), unchanged, .text(string),
        .close(.normal, ""),
      ]
    )
  }

  @Test(
    "what would become longer stays as it is, and is not referred to",
    arguments: [
      64, 1000, 16_384, 100_000, 3_000_000,
    ]
  )
  func incompressible(size: Int) throws {
    for offer in ["", "; server_no_context_takeover"] {
      let deflate = try connection(offer)
      let (noise, text) = (noise(size), text(1))
      #expect(wire(deflate, frame(noise)) == nil)
      var all: [UInt8] = []
      for _ in 0..<3 {
        let frames =
          frame(text) + frame(noise) + frame(text) + frame(Array(noise.prefix(500)) + text)
        all += try #require(wire(deflate, frames))
      }
      let once: [MessageRecorder.Event] = [
        .binary(text), .binary(noise), .binary(text), .binary(Array(noise.prefix(500)) + text),
      ]
      let read = MessageTranscript(all, from: .server, deflate: DeflateParameters()).events
      #expect(read == once + once + once)
    }
  }

  @Test("what the round has no time for goes as it is, and later messages do not refer to it")
  func roundIsOver() throws {
    let deflate = try connection()
    let messages = (0..<4).map { text($0, count: DeflatePool.compressedRoundBytes / 2) }
    let frames = messages.map { frame($0) }
    let compressed = try #require(wire(deflate, Array(frames[..<3].joined())))
    #expect(compressed.suffix(frames[2].count) == frames[2][...])
    deflate.pool.beginRound()
    let last = try #require(wire(deflate, frames[3]))
    #expect(read(compressed + last) == messages.map { .binary($0) })
  }

  @Test("lengths alone tell what is tried") func threshold() {
    #expect(!PermessageDeflate.compresses(payloadCount: 63))
    #expect(PermessageDeflate.compresses(payloadCount: 64))
    #expect(PermessageDeflate.compresses(payloadCount: 1 << 20))
    #expect(!PermessageDeflate.compresses(payloadCount: (1 << 20) + 1))
    #expect(!PermessageDeflate.compresses(payloadCount: .max))
  }
}

extension [UInt8] {
  /// These bytes again and again.
  fileprivate func cycled(to count: Int) -> [UInt8] {
    (0..<count).map { self[$0 % self.count] }
  }
}
