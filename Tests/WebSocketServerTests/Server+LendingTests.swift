import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

/// Sends what comes from others to the first two sockets: a digit in front says to which.
private final class Switchboard: WebSocketHandler {
  var sockets: [WebSocket] = []
  var ends: [(socket: WebSocket, unsent: [UnsentMessage])] = []
  /// Called before each message is sent on.
  var onMessage: ((Server) -> Void)?

  func admit(_ request: UpgradeRequest, on server: Server) -> Admission {
    .accept { socket in
      self.sockets.append(socket)
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
    onMessage?(server)
    let target = sockets[Int(payload[0] & 1)]
    let body = payload.extracting(1..<payload.count)
    server.send(kind, [payload[0]].span, body, to: target)
  }

  func closed(
    _ socket: WebSocket,
    tag: UInt32,
    _ end: WebSocketEnd,
    unsent: [UnsentMessage],
    on server: Server
  ) {
    ends.append((socket, unsent))
  }
}

@Suite("Payloads lent by the read buffer") struct ServerLendingTests {
  /// A sender and two targets at a switchboard.
  private func play(
    _ body: (Stage, Switchboard, _ sender: RawClient, _ targets: [RawClient]) throws -> Void
  ) throws {
    let board = Switchboard()
    try onStage(routes: { _ in [.webSocket("/board", board)] }) { stage in
      var clients: [RawClient] = []
      for number in 1...3 {
        let client = try stage.client()
        client.send(RawClient.upgradeRequest("/board"))
        try stage.loop.run { board.sockets.count == number && !client.bytes.isEmpty }
        clients.append(client)
      }
      defer { board.onMessage = nil }
      try body(stage, board, clients[2], Array(clients[..<2]))
    }
  }

  private func message(_ number: Int, to target: Int, _ size: Int) -> [UInt8] {
    [UInt8(target)] + Stage.message(number, size)
  }

  private func wire(_ messages: [[UInt8]]) -> [UInt8] {
    messages.flatMap { WireFrame(.binary, $0).bytes }
  }

  @Test(
    "messages of all sizes arrive whole and in order, whoever they go to",
    arguments: [[70_000], [4_100, 5], [3, 30_000, 125, 9_000, 4_096, 4_095, 126], [600_000, 10]]
  )
  func order(sizes: [Int]) throws {
    try play { stage, _, sender, targets in
      let messages = (0..<120).map { number in
        message(number, to: number / 3 & 1, max(4, sizes[number % sizes.count]))
      }
      sender.send(all: wire(messages))
      for target in 0...1 {
        let expected = messages.filter { $0[0] == target }
        try stage.loop.run { targets[target].binaries.count == expected.count }
        let isEqual = targets[target].binaries == expected
        #expect(isEqual)
      }
    }
  }

  @Test(
    "what a target that reads nothing did not get is handed back whole",
    arguments: [9_000, 70_000]
  )
  func unsent(size: Int) throws {
    try play { stage, board, sender, targets in
      targets[1].stopReading()
      let count = 12 << 20 / size
      sender.send(all: wire((0..<count).map { message($0, to: 1, size) }))
      var taken = 0
      board.onMessage = { _ in taken += 1 }
      try stage.loop.run { taken == count }
      stage.server.close(board.sockets[1])
      try stage.loop.run { !board.ends.isEmpty }
      let unsent = try #require(board.ends.first).unsent.map { Array($0.payload.dropFirst()) }
      #expect(unsent.count > 10)
      #expect(Stage.numbers(of: unsent, size) == Array(count - unsent.count..<count))
      try targets[1].startReading()
      try stage.loop.run { targets[1].isOver }
      let got = targets[1].binaries.map { Array($0.dropFirst()) }
      #expect(Stage.numbers(of: got, size) == Array(0..<count - unsent.count))
    }
  }

  @Test("a target that is closed by the handler gets what was sent to it before") func closed()
    throws
  {
    try play { stage, board, sender, targets in
      var count = 0
      board.onMessage = { server in
        count += 1
        if count == 3 { server.close(board.sockets[0]) }
      }
      sender.send(all: wire((0..<4).map { message($0, to: 0, 20_000) }))
      try stage.loop.run { targets[0].closeFrame != nil && count == 4 }
      #expect(targets[0].binaries.count == 2)
      #expect(stage.server.borrower == .max)
    }
  }

  @Test("a target whose connection is broken is reported, with what it did not get") func broken()
    throws
  {
    try play { stage, board, sender, targets in
      targets[0].closeWithReset()
      // Both have arrived when the loop looks: the messages may be handled first.
      sender.send(all: wire((0..<6).map { message($0, to: 0, 30_000) }))
      try stage.loop.run { !board.ends.isEmpty }
      for _ in 0..<20 { stage.loop.runOnce() }
      let numbers = Stage.numbers(
        of: try #require(board.ends.first).unsent.map { Array($0.payload.dropFirst()) },
        30_000
      )
      #expect(numbers == Array(6 - numbers.count..<6))
      #expect(stage.server.borrower == .max && stage.server.lent.isEmpty)
    }
  }

  @Test("what is lent counts as unsent") func unsentBytes() throws {
    try play { stage, board, sender, _ in
      var waiting: [Int] = []
      board.onMessage = { waiting.append($0.unsentBytes(of: board.sockets[0])) }
      sender.send(all: wire((0..<2).map { message($0, to: 0, 20_000) }))
      try stage.loop.run { waiting.count == 2 }
      // A header of four bytes, and the message.
      #expect(waiting == [0, 20_005])
    }
  }

  @Test("to oneself, too") func echo() throws {
    try play { stage, board, sender, _ in
      board.sockets[0] = board.sockets[2]
      let messages = (0..<50).map { message($0, to: 0, 20_000) }
      sender.send(all: wire(messages))
      try stage.loop.run { sender.binaries.count == 50 }
      let isEqual = sender.binaries == messages
      #expect(isEqual)
    }
  }
}

extension RawClient {
  fileprivate var binaries: [[UInt8]] { messages.map(\.payload) }
}
