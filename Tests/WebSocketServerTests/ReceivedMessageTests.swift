import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("The message that is being received") struct ReceivedMessageTests {
  private static let least = 16 * 1024

  @Test("a part of it is kept without a copy", arguments: [(0, 40_000), (7, 39_993), (1, least)])
  func part(start: Int, count: Int) {
    var payload = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let message = ReceivedMessage(payload)
    let part = message.share(payload.span.extracting(start..<start + count))
    let isRight = part == payload[start..<start + count]
    #expect(isRight)
    #expect(isShared(&payload))
  }

  @Test("a small part is not: it would keep all of it alive")
  func smallPart() {
    let payload = [UInt8](repeating: 1, count: 40_000)
    let message = ReceivedMessage(payload)
    let least = payload.span.extracting(1..<1 + Self.least)
    #expect(message.share(least) != nil)
    #expect(message.share(least.extracting(1..<Self.least)) == nil)
    #expect(message.share(Span()) == nil)
  }

  @Test("other bytes are not, wherever they lie") func otherBytes() {
    // Both are parts of one piece of memory.
    let memory = [UInt8](repeating: 1, count: 100_000)
    let other = memory
    let message = ReceivedMessage(Array(memory[..<50_000]))
    #expect(message.share(other.span.extracting(..<50_000)) == nil)
    #expect(message.share(other.span.extracting(50_000...)) == nil)
    #expect(message.share(other.span) == nil)
    #expect(ReceivedMessage().share(other.span) == nil)
  }

  /// Sends what it gets to the socket that was opened first, and keeps it.
  private final class Relay: WebSocketHandler {
    var first: WebSocket?
    var kept: ArraySlice<UInt8> = []
    var unsent: [UnsentMessage]?

    func admit(_ request: UpgradeRequest, on server: Server) -> Admission {
      .accept { socket in
        if self.first == nil { self.first = socket }
        return 0
      }
    }

    func received(
      _ payload: Span<UInt8>,
      _ kind: MessageKind,
      from socket: WebSocket,
      tag: UInt32,
      on server: Server
    ) {
      if let first { server.send(kind, payload, to: first) }
      kept = server.retain(payload)
    }

    func closed(
      _ socket: WebSocket,
      tag: UInt32,
      _ end: WebSocketEnd,
      unsent: [UnsentMessage],
      on server: Server
    ) {
      if self.unsent == nil { self.unsent = unsent }
    }
  }

  @Test("what a slow reader did not take comes back in the memory that it came in")
  func slowReader() throws {
    let relay = Relay()
    try onStage(routes: { _ in [.webSocket("/relay", relay)] }) { stage in
      let reader = try stage.client()
      reader.send(RawClient.upgradeRequest("/relay"))
      try stage.loop.run { relay.first != nil && !reader.bytes.isEmpty }
      reader.stopReading()
      let sender = try stage.client()
      sender.send(RawClient.upgradeRequest("/relay"))
      try stage.loop.run { !sender.bytes.isEmpty }
      let payload = [UInt8](repeating: 5, count: 12 << 20)
      sender.send(all: WireFrame(.binary, payload).bytes)
      try stage.loop.run { !relay.kept.isEmpty }
      #expect(relay.kept.elementsEqual(payload))
      stage.server.close(try #require(relay.first))
      try stage.loop.run { relay.unsent != nil }
      let unsent = try #require(relay.unsent?.first)
      #expect(unsent.first.isEmpty && unsent.second.elementsEqual(payload))
      let addresses = [relay.kept, unsent.second].map { bytes in
        unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
      }
      #expect(addresses[0] == addresses[1])
    }
  }
}
