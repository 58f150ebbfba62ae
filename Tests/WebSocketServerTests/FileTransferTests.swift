import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("File transfer") struct FileTransferTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func routes(_ loop: EventLoop) throws -> [Route] {
    [.files("/**", try StaticFiles(folder: folder.path, on: loop))]
  }

  private func file(_ size: Int) throws -> [UInt8] {
    // A prime length: no two chunks are the same.
    var bytes = (0..<4099).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
    while bytes.count < size { bytes += bytes }
    bytes.removeLast(bytes.count - size)
    try folder.write(bytes, to: "file")
    return bytes
  }

  private static let request = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n"

  /// The bodies of `count` responses that have come whole.
  private func bodies(_ client: RawClient, _ count: Int, size: Int) -> [[UInt8]]? {
    var rest = client.bytes[...]
    var bodies: [[UInt8]] = []
    for _ in 0..<count {
      guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound,
        rest.endIndex - end >= size
      else { return nil }
      bodies.append(Array(rest[end..<end + size]))
      rest = rest[(end + size)...]
    }
    return rest.isEmpty ? bodies : nil
  }

  @Test(
    "a file arrives whole, and the connection goes on",
    arguments: [
      0, 1, -1 + FileTransfer.chunkBytes, FileTransfer.chunkBytes, 1 + FileTransfer.chunkBytes,
      1_000_000,
    ]
  )
  func whole(size: Int) throws {
    let content = try file(size)
    try onStage(routes: routes) { stage in
      let client = try stage.client()
      client.send(Self.request + Self.request)
      try stage.loop.run { client.bytes.count >= 2 * size && bodies(client, 2, size: size) != nil }
      #expect(bodies(client, 2, size: size) == [content, content])
      #expect(!client.isOver)
    }
  }

  @Test("HEAD tells the size and sends nothing") func head() throws {
    _ = try file(1000)
    try onStage(routes: routes) { stage in
      let client = try stage.client()
      client.send("HEAD /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      try stage.loop.run { client.hasEnded }
      #expect(client.text.contains("Content-Length: 1000\r\n"))
      #expect(client.text.hasSuffix("\r\n\r\n"))
    }
  }

  @Test("a part of a file arrives as that") func part() throws {
    let content = try file(500_000)
    try onStage(routes: routes) { stage in
      let client = try stage.client()
      client.send("GET /file HTTP/1.1\r\nHost: a\r\nRange: bytes=100000-399999\r\n\r\n")
      try stage.loop.run { bodies(client, 1, size: 300_000) != nil }
      #expect(bodies(client, 1, size: 300_000) == [Array(content[100_000..<400_000])])
      #expect(client.text.hasPrefix("HTTP/1.1 206 "))
    }
  }

  @Test("no more than a chunk is held for a client that does not read") func slowReader() throws {
    let content = try file(12_000_000)
    try onStage(routes: routes) { stage in
      let client = try stage.client()
      client.stopReading()
      client.send(Self.request)
      try stage.loop.run { stage.server.table[0]?.outbound.queue != nil }
      for _ in 0..<20 { stage.loop.runOnce() }
      #expect(stage.server.table[0]?.unsentBytes ?? 0 <= 2 * FileTransfer.chunkBytes)
      try client.startReading()
      try stage.loop.run { client.bytes.count > content.count }
      let isWhole = bodies(client, 1, size: content.count) == [content]
      #expect(isWhole)
    }
  }

  @Test("a client may go in the middle of a file", arguments: [false, true])
  func gone(byReset: Bool) throws {
    _ = try file(12_000_000)
    try onStage(routes: routes) { stage in
      let client = try stage.client()
      client.send(Self.request)
      try stage.loop.run { client.bytes.count > 100_000 }
      if byReset { client.closeWithReset() } else { client.close() }
      try stage.loop.run { stage.server.connectionCount == 0 }
    }
  }

  @Test("a file that becomes shorter ends the connection: what was announced cannot be kept")
  func shortened() throws {
    _ = try file(12_000_000)
    try onStage(routes: routes) { stage in
      let client = try stage.client()
      client.stopReading()
      client.send(Self.request)
      try stage.loop.run { stage.server.table[0]?.outbound.queue != nil }
      // Written in place, the file is the one that is being sent.
      try folder.write([], to: "file")
      try client.startReading()
      try stage.loop.run { client.isOver }
      #expect(client.bytes.count < 12_000_000)
    }
  }
}
