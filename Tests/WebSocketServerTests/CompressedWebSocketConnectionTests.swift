import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Compressed WebSocket connection (RFC 7692)") struct CompressedWebSocketConnectionTests {
  private static let offers = [
    "", "; server_no_context_takeover; client_no_context_takeover", "; server_max_window_bits=9",
  ]

  /// A client that has agreed about compression.
  private func open(_ stage: Stage, _ offer: String = "") throws -> (RawClient, WebSocket) {
    let (client, socket) = try stage.webSocket(
      "/ws/1",
      ["Sec-WebSocket-Extensions: permessage-deflate\(offer)"]
    )
    try #require(client.text.contains("Sec-WebSocket-Extensions: permessage-deflate\(offer)\r\n"))
    return (client, socket)
  }

  private func onCompressedStage(
    _ change: (inout ServerConfiguration) -> Void = { _ in },
    _ body: (Stage) throws -> Void
  ) throws {
    try onStage({
      $0.compression = true
      change(&$0)
    }) { try body($0) }
  }

  /// A message that tells its number, and that shrinks to about two thirds.
  private static func message(_ number: Int, _ size: Int) -> [UInt8] {
    var state = UInt32(truncatingIfNeeded: number &+ 1)
    return Stage.message(number, 4)
      + (0..<max(0, size - 4)).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return 97 + UInt8(truncatingIfNeeded: state >> 27)
      }
  }

  /// What a client makes of the frames that have come.
  private func read(_ client: RawClient) throws -> [MessageRecorder.Event] {
    var reader = MessageReader(from: .server)
    let recorder = MessageRecorder()
    let deflate = PermessageDeflate(DeflateParameters(), pool: DeflatePool())
    for frame in client.frames {
      var wire = WireFrame(.text, frame.payload, key: nil)
      wire.firstByte = frame.firstByte
      var bytes = wire.bytes
      var span = bytes.mutableSpan
      try reader.receive(
        &span,
        limits: Limits(messageBytes: .max),
        inflatingBy: deflate,
        into: recorder
      )
    }
    return recorder.events
  }

  private func binaries(_ client: RawClient) throws -> [[UInt8]] {
    try read(client).compactMap { if case .binary(let bytes) = $0 { bytes } else { nil } }
  }

  // MARK: Messages

  @Test("messages go both ways, compressed and not", arguments: offers)
  func messages(offer: String) throws {
    try onCompressedStage { stage in
      let (client, socket) = try open(stage, offer)
      let peer = PermessageDeflate(DeflateParameters(), pool: DeflatePool())
      stage.handler.onText = { text, socket, _ in stage.send(text, to: socket) }
      let texts = [
        "short", String(repeating: "long ", count: 100), "",
        "x" + String(repeating: "long ", count: 90),
      ]
      for text in texts {
        // As a client would: compressed where the server compresses, and masked.
        let plain = WireFrame(.text, text, key: nil).bytes
        var wire: [UInt8] = []
        // Without context each message must stand alone.
        let sender =
          offer.contains("client_no")
          ? PermessageDeflate(DeflateParameters(), pool: DeflatePool()) : peer
        let isCompressed = sender.compress(plain.span, into: &wire)
        var frame = WireFrame(.text, text)
        if isCompressed {
          frame.firstByte = 0xC1
          frame.payload = Array(wire.dropFirst(2))
          try #require(wire[1] < 126)
        }
        client.send(all: frame.bytes)
      }
      try stage.loop.run { client.frames.count == texts.count }
      #expect(stage.handler.texts == texts)
      #expect(try read(client) == texts.map { .text($0) })
      #expect(client.frames.map(\.firstByte) == [0x81, 0xC1, 0x81, 0xC1])
      #expect(client.frames[1].payload.count < 100)
      #expect(stage.server.unsentBytes(of: socket) == 0)
    }
  }

  @Test("a message is sent whole, whatever its size", arguments: [false, true])
  func sizes(behindAnother: Bool) throws {
    let sizes = [63, 64, 125, 126, 65535, 65536, 800_000] + Array(16_330...16_370)
    try onCompressedStage { stage in
      let (client, socket) = try open(stage)
      var expected: [[UInt8]] = []
      for size in sizes {
        let message = Self.message(size, size)
        if behindAnother { stage.send([1, 2, 3], to: socket) }
        #expect(stage.send(message, to: socket))
        if behindAnother { stage.send([4, 5, 6], to: socket) }
        expected += behindAnother ? [[1, 2, 3], message, [4, 5, 6]] : [message]
        if size % 3 == 0 { try stage.loop.run { stage.server.unsentBytes(of: socket) == 0 } }
      }
      try stage.loop.run { client.frames.count == expected.count }
      #expect(try binaries(client) == expected)
      let large = client.frames.filter { $0.payload.count > 100_000 }
      #expect(large.allSatisfy { $0.firstByte == 0xC2 && $0.payload.count < 600_000 })
    }
  }

  @Test("messages of other connections do not mix into the context") func twoConnections() throws {
    for offer in Self.offers {
      try onCompressedStage { stage in
        let clients = try (0..<2).map { _ in try open(stage, offer) }
        for number in 0..<20 {
          for (place, client) in clients.enumerated() {
            stage.send(Self.message(number * 2 + place, 300), to: client.1)
          }
          stage.loop.runOnce()
        }
        for (place, client) in clients.enumerated() {
          try stage.loop.run { client.0.frames.count == 20 }
          #expect(try binaries(client.0) == (0..<20).map { Self.message($0 * 2 + place, 300) })
        }
      }
    }
  }

  @Test(
    "what is wrong closes the connection",
    arguments: [
      ([0xC1, 0x07], 1007), ([0xC0, 0x07], 1002), ([0xE1, 0x00], 1002), ([0xC9, 0x00], 1002),
    ] as [([UInt8], UInt16)]
  )
  func faults(frame: [UInt8], code: UInt16) throws {
    try onCompressedStage { stage in
      let (client, _) = try open(stage)
      var wrong = WireFrame(.text, [frame[1]])
      wrong.firstByte = frame[0]
      client.send(all: wrong.bytes)
      try stage.loop.run { client.closeFrame != nil }
      #expect(client.closeFrame?.closeCode == CloseCode(code))
    }
  }

  // MARK: Slow readers

  @Test("what waits goes out in order, and is told as drained") func waiting() throws {
    try onCompressedStage { stage in
      let (client, socket) = try open(stage)
      client.stopReading()
      var count = 0
      while stage.server.unsentBytes(of: socket) < 2_000_000 {
        stage.send(Self.message(count, 30_000), to: socket)
        stage.send(Self.message(count, 10), to: socket)
        count += 1
        if count % 4 == 0 { stage.loop.runOnce() }
      }
      try client.startReading()
      try stage.loop.run { client.frames.count == 2 * count }
      let expected = (0..<count).flatMap { [Self.message($0, 30_000), Self.message($0, 10)] }
      #expect(try binaries(client) == expected)
      try stage.loop.run { stage.handler.drains == [socket] }
    }
  }

  @Test(
    "past the bound a slow reader is let go, and nothing is lost, sent twice or garbled",
    arguments: [200, 5000, 50_000, 300_000],
    offers
  )
  func slowReader(size: Int, offer: String) throws {
    try onCompressedStage({ $0.queueBytes = 500_000 }) { stage in
      let (client, socket) = try open(stage, offer)
      client.stopReading()
      var count = 0
      while stage.send(Self.message(count, size), to: socket) {
        count += 1
        if count * size % 40_000 < size { stage.loop.runOnce() }
        try #require(count < 200_000)
      }
      try stage.loop.run { !stage.handler.closures.isEmpty }
      let closure = try #require(stage.handler.closures.first)
      #expect(closure.end == .slow)
      try client.startReading()
      try stage.loop.run { client.isOver }
      let arrived = try binaries(client)
      let unsent = closure.unsent.map(\.payload)
      #expect(arrived.count + unsent.count == count)
      #expect(unsent.count * (size + 10) > 400_000)
      let all = arrived + unsent
      #expect(all.indices.allSatisfy { all[$0] == Self.message($0, size) })
    }
  }

  @Test("what waits when the connection breaks comes back whole and in order", arguments: offers)
  func broken(offer: String) throws {
    try onCompressedStage { stage in
      let (client, socket) = try open(stage, offer)
      client.stopReading()
      var count = 0
      while stage.server.unsentBytes(of: socket) < 1_000_000 {
        stage.send(Self.message(count, 20_000), to: socket)
        count += 1
        if count % 4 == 0 { stage.loop.runOnce() }
      }
      client.closeWithReset()
      try stage.loop.run { !stage.handler.closures.isEmpty }
      let unsent = try #require(stage.handler.closures.first).unsent.map(\.payload)
      #expect(unsent.count * 20_010 >= 1_000_000)
      let first = count - unsent.count
      #expect(unsent.indices.allSatisfy { unsent[$0] == Self.message(first + $0, 20_000) })
    }
  }

  @Test(
    "a message that meets a broken connection was accepted or not",
    arguments: [10, 5000, 100_000]
  )
  func brokenWithinARound(size: Int) throws {
    try onCompressedStage { stage in
      let (client, socket) = try open(stage)
      client.closeWithReset()
      let accepted = (0..<10).filter { stage.send(Self.message($0, size), to: socket) }
      try stage.loop.run { !stage.handler.closures.isEmpty }
      let closure = try #require(stage.handler.closures.first)
      #expect(closure.unsent.map(\.payload) == accepted.map { Self.message($0, size) })
      #expect(stage.server.connectionCount == 0)
    }
  }

  @Test("a peer that closes with its queue full gets the frame on its way, then the close frame")
  func closedByPeer() throws {
    try onCompressedStage { stage in
      let (client, socket) = try open(stage)
      client.stopReading()
      var count = 0
      while stage.server.unsentBytes(of: socket) < 1_000_000 {
        stage.send(Self.message(count, 20_000), to: socket)
        count += 1
        stage.loop.runOnce()
      }
      client.sendClose(1000)
      try stage.loop.run { !stage.handler.closures.isEmpty }
      let unsent = try #require(stage.handler.closures.first).unsent.map(\.payload)
      try client.startReading()
      try stage.loop.run { client.isOver }
      #expect(client.closeFrame?.closeCode == .normal)
      // The frame that was completed is among those handed back, as without compression.
      let arrived = try binaries(client)
      #expect((count...count + 1).contains(arrived.count + unsent.count))
      #expect(arrived.indices.allSatisfy { arrived[$0] == Self.message($0, 20_000) })
      let first = count - unsent.count
      #expect(unsent.indices.allSatisfy { unsent[$0] == Self.message(first + $0, 20_000) })
    }
  }

  // MARK: Memory

  @Test("streams are made by the first message that needs them, and go with the connection")
  func lazy() throws {
    try onCompressedStage { stage in
      var (client, socket) = try open(stage)
      stage.send("short", to: socket)
      try stage.loop.run { client.frames.count == 1 }
      weak let deflate = stage.server.table.with(socket) { $0.deflate } ?? nil
      #expect(deflate != nil)
      #expect(!stage.server.table.with(socket) { $0.outbound.isCompressible }!)
      client.close()
      try stage.loop.run { stage.server.connectionCount == 0 }
      try stage.loop.run { deflate == nil }
      (client, socket) = try stage.webSocket()
      // Nothing is agreed: nothing is there.
      #expect(stage.server.table.with(socket) { $0.deflate == nil } == true)
    }
  }
}
