import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer
@testable import WebSocketTLS

@Suite("Connection: the way through TLS") struct ConnectionTransportTests {
  @Test("a request is answered, and the connection is kept for the next") func request() throws {
    try onSecureStage { stage in
      let client = try stage.securedClient()
      for count in 1...2 {
        client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try stage.loop.run { client.text.components("\r\n\r\nhello") == count }
      }
    }
  }

  @Test("messages come back, whatever pieces the wire brings", arguments: [1, 7, 1000])
  func pieces(size: Int) throws {
    try onSecureStage { stage in
      let client = try stage.connect()
      client.piece = size
      try stage.loop.run { client.filter.isReady }
      client.send(RawClient.upgradeRequest("/ws"))
      for count in [0, 1, 125, 5000] {
        client.send(all: WireFrame(.binary, [UInt8](repeating: 5, count: count)).bytes)
      }
      try stage.loop.run { client.frames.count == 4 }
      #expect(client.frames.map(\.payload.count) == [0, 1, 125, 5000])
    }
  }

  @Test("what comes behind the upgrade in the same record is for the WebSocket") func rest() throws
  {
    try onSecureStage { stage in
      let client = try stage.securedClient()
      let request = Array(RawClient.upgradeRequest("/ws").utf8)
      client.send(all: request + WireFrame(.text, "early").bytes)
      try stage.loop.run { client.texts == ["early"] }
    }
  }

  @Test("a request may come with the last of the handshake") func together() throws {
    try onSecureStage { stage in
      let client = try stage.connect()
      client.piece = .max
      try stage.loop.run { client.filter.isReady }
      client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      try stage.loop.run { client.hasEnded }
      #expect(client.text.contains("hello"))
      // The end is said in TLS, too, so that nobody can cut an answer short unnoticed.
      #expect(client.state == .ended)
    }
  }

  @Test("large messages arrive", arguments: [16_384, 100_000, 3_000_000]) func large(size: Int)
    throws
  {
    try onSecureStage { stage in
      let (client, _) = try stage.webSocket()
      let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      client.send(all: WireFrame(.binary, payload).bytes)
      try stage.loop.run { client.frames.count == 1 }
      let isEqual = client.frames.first?.payload == payload
      #expect(isEqual)
    }
  }

  @Test("what a round sends goes in one record") func oneRecord() throws {
    try onSecureStage { stage in
      let (client, socket) = try stage.webSocket()
      let before = client.wireCount
      for _ in 0..<50 { stage.server.send(.text, Array("hello".utf8).span, to: socket) }
      try stage.loop.run { client.frames.count == 50 }
      // 50 frames of 7 bytes, and what one record adds.
      #expect(client.wireCount - before < 50 * 7 + 40)
    }
  }

  @Test("what the kernel does not take waits, and arrives in order") func waiting() throws {
    try onSecureStage { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      let count = try fill(stage, socket, size: 50_000, more: 30)
      try client.startReading()
      try stage.loop.run { client.frames.count == count }
      let isInOrder = client.frames.enumerated().allSatisfy { $1.payload == message($0, 50_000) }
      #expect(isInOrder)
    }
  }

  @Test(
    "a message that the kernel did not take whole is handed back, and none that the peer can read",
    arguments: [900, 16_000, 50_000, 200_000]
  )
  func handedBack(size: Int) throws {
    try onSecureStage { stage in
      let (client, socket) = try stage.webSocket()
      client.stopReading()
      let count = try fill(stage, socket, size: size, more: 3)
      // What is in the kernels' hands still reaches the peer; nothing else does.
      stage.server.close(socket)
      try stage.loop.run { !stage.ends.isEmpty }
      try client.startReading()
      try stage.loop.run { client.isOver }
      let read = client.messages.map(\.payload)
      let isWhole = (read + stage.unsent).enumerated().allSatisfy { $1 == message($0, size) }
      #expect(isWhole)
      #expect(read.count + stage.unsent.count == count)
      #expect(!stage.unsent.isEmpty)
    }
  }

  @Test("a peer that never finishes its handshake is cut off") func slowHandshake() throws {
    try onSecureStage(Certificate(), { $0.handshakeTimeout = .milliseconds(100) }) { stage in
      let client = try RawClient(on: stage.loop, to: #require(stage.server.address))
      try stage.loop.run { client.isOver }
      #expect(client.bytes == [])
    }
  }

  @Test("a browser that speaks plain HTTP is told to use https") func plainHTTP() throws {
    try onSecureStage { stage in
      let client = try RawClient(on: stage.loop, to: #require(stage.server.address))
      try stage.loop.run { client.isConnected }
      client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      try stage.loop.run { client.isOver }
      #expect(client.text.hasPrefix("HTTP/1.1 400 "))
      #expect(client.text.hasSuffix("This port speaks TLS only: use https:// or wss:// here."))
    }
  }

  @Test("bytes that are no TLS end the connection", arguments: [0, 1, 2]) func garbage(when: Int)
    throws
  {
    try onSecureStage { stage in
      let client = try stage.connect()
      if when > 0 { try stage.loop.run { client.filter.isReady } }
      if when > 1 {
        client.send(RawClient.upgradeRequest("/ws"))
        try stage.loop.run { !client.bytes.isEmpty }
      }
      client.sendWire([0x17, 3, 3, 0, 30] + [UInt8](repeating: 9, count: 30))
      try stage.loop.run { client.isOver }
      if when > 1 { #expect(stage.ends.count == 1) }
      try stage.loop.run { stage.server.connectionCount == 0 }
    }
  }

  @Test("the end of a peer's stream is its end, before FIN") func endOfStream() throws {
    try onSecureStage { stage in
      let (client, _) = try stage.webSocket()
      client.sendWire(client.filter.sealEnd())
      try stage.loop.run { stage.ends == [.disconnected] }
    }
  }

  @Test("the certificate may change, and those who are inside stay") func reload() throws {
    let certificate = Certificate()
    try onSecureStage(certificate) { stage in
      let (client, _) = try stage.webSocket()
      try stage.tls.reload()
      let (newer, _) = try stage.webSocket()
      for one in [client, newer] {
        one.send(.text, "still here")
        try stage.loop.run { one.texts == ["still here"] }
      }
    }
  }

  // MARK: What fills a kernel

  private func message(_ number: Int, _ size: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      + [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size - 4)
  }

  private func fill(
    _ stage: SecureStage,
    _ socket: WebSocket,
    size: Int,
    more: Int
  ) throws -> Int {
    var count = 0
    while stage.server.table.with(socket, { $0.outbound.queue == nil }) ?? false {
      stage.server.send(.binary, message(count, size).span, to: socket)
      stage.server.table.with(socket) { $0.flush() }
      count += 1
      try #require(count < 100_000)
    }
    for _ in 0..<more {
      stage.server.send(.binary, message(count, size).span, to: socket)
      count += 1
    }
    return count
  }
}

extension String {
  /// How often `part` stands in it.
  fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
