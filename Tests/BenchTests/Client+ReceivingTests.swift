import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import Bench

/// Feeds one client by hand: a listener takes its connection, and the test says what arrives.
@Suite("What a client makes of bytes") struct ClientReceivingTests {
  private static let accept = Array(
    """
    HTTP/1.1 101 Switching Protocols\r
    Sec-WebSocket-Accept: \(AcceptKey.accept(for: "U290dG8gdm9jZSBiZW5jaA=="))\r
    \r

    """.utf8
  )

  /// Runs `body` with a crowd of two that are open, of which the one at place 1 hears `bytes`.
  private func hear(
    _ bytes: (Crowd) -> [UInt8],
    inPiecesOf piece: Int = .max,
    _ body: (Crowd) throws -> Void
  ) throws {
    let loop = try EventLoop()
    defer { loop.close() }
    let listener = try TCPListener(
      on: loop,
      address: SocketAddress(host: "127.0.0.1", port: 0)
    ) { _ in }
    let crowd = try Crowd(
      of: #require(listener.localAddress),
      on: loop,
      count: 2,
      form: MessageForm(kind: .text, messageBytes: 40)
    ) { $0 ^ 1 }
    crowd.connect(1)
    let client = try #require(crowd.clients[1])
    crowd.senders[0].sent = 1
    var rest = (Self.accept + bytes(crowd))[...]
    while !rest.isEmpty {
      var part = Array(rest.prefix(piece))
      rest = rest.dropFirst(part.count)
      var span = part.mutableSpan
      client.received(&span)
    }
    try body(crowd)
    crowd.close()
  }

  /// The first message from place 0, as a server would deliver it.
  private func delivery(_ crowd: Crowd) -> [UInt8] {
    crowd.form.delivered(from: 100_000) + Letters.bytes(of: 0) + crowd.form.filler
  }

  private func text(_ string: String) -> [UInt8] {
    FrameHeader.encode(.text, payloadCount: string.utf8.count).bytes + Array(string.utf8)
  }

  @Test("a delivery is taken in pieces of any size", arguments: 1...70) func pieces(size: Int)
    throws
  {
    try hear({ delivery($0) + [0x89, 0] }, inPiecesOf: size) { crowd in
      #expect(crowd.openCount == 1)
      #expect(crowd.deliveries == 1)
      #expect(crowd.pings == 1)
      #expect(crowd.faults.isEmpty)
    }
  }

  @Test("each byte of a delivery matters", arguments: 0..<63) func changed(place: Int) throws {
    let isLength = place == 1
    try hear({ crowd in
      var bytes = delivery(crowd)
      // Not the bit that makes a digit of the id another: that of the mask of a header.
      bytes[place] ^= isLength ? 1 : 0x80
      return bytes + text(String(repeating: "x", count: 80))
    }) { crowd in
      #expect(!crowd.faults.isEmpty)
    }
  }

  @Test(
    "other frames are faults",
    arguments: [
      "Client #100007 left the chat", "Client #100000 left the chat", "Error: no", "",
      "Client #100000 is offline; the message is kept and will be delivered when they connect",
    ]
  )
  func unexpected(message: String) throws {
    try hear({ _ in text(message) }) { crowd in
      #expect(crowd.faults[.unexpectedFrame] == 1)
    }
  }

  @Test("a close frame while open, a masked frame, and a long frame are faults") func others()
    throws
  {
    try hear({ _ in [0x88, 2, 0x03, 0xE9] }) { #expect($0.faults[.dropped] == 1) }
    try hear({ _ in [0x81, 0x80, 1, 2, 3, 4] }) { #expect($0.faults[.unexpectedFrame] == 1) }
    try hear(
      { text(String(repeating: "y", count: 10_000)) + delivery($0) },
      inPiecesOf: 5000
    ) { crowd in
      #expect(crowd.faults[.unexpectedFrame] == 1)
      #expect(crowd.deliveries == 1)
    }
  }
}
