import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Server") struct ServerTests {
  // MARK: Start

  @Test(
    "it listens where it is told to, from start on",
    arguments: ["127.0.0.1", "::1", "localhost"]
  )
  func address(host: String) throws {
    try withLoop { loop in
      var configuration = ServerConfiguration()
      (configuration.host, configuration.port) = (host, 0)
      let server = try Server(on: loop, configuration: configuration, routes: [])
      #expect(server.address == nil)
      try server.start()
      let address = try #require(server.address)
      #expect(address.port > 0)
      #expect(host == "localhost" || address.host == host)
      let client = try RawClient(on: loop, to: address)
      try loop.run { client.isConnected && server.connectionCount == 1 }
      client.close()
      try loop.run { server.connectionCount == 0 }
    }
  }

  @Test("a port in use is said so") func portInUse() throws {
    try onStage { stage in
      var configuration = ServerConfiguration()
      configuration.port = try #require(stage.server.address).port
      let other = try Server(on: stage.loop, configuration: configuration, routes: [])
      let error = #expect(throws: UVError.self) { try other.start() }
      #expect(error?.name == "EADDRINUSE")
      #expect(other.address == nil)
    }
  }

  @Test("a host that is none is said so") func unknownHost() throws {
    try withLoop { loop in
      var configuration = ServerConfiguration()
      configuration.host = "no host"
      let server = try Server(on: loop, configuration: configuration, routes: [])
      #expect(throws: UVError.self) { try server.start() }
    }
  }

  @Test("handlers of several routes hear of their own sockets only") func routes() throws {
    let other = RecordingHandler()
    try onStage(routes: { _ in [.webSocket("/other/{id}", other)] }) { stage in
      let (_, socket) = try stage.webSocket()
      let client = try stage.client()
      client.send(RawClient.upgradeRequest("/other/1"))
      try stage.loop.run { other.opened.count == 1 }
      client.send(.text, "for the other")
      try stage.loop.run { !other.texts.isEmpty }
      client.close()
      try stage.loop.run { !other.closures.isEmpty }
      #expect(stage.handler.texts == [] && stage.handler.closures.isEmpty)
      #expect(stage.handler.opened == [socket])
    }
    #expect(other.faults == [])
  }

  @Test("the date is today's, in the form of HTTP") func date() throws {
    try onStage { stage in
      let before = EventLoop.secondsSince1970
      let date = stage.server.date
      let dates = (before...EventLoop.secondsSince1970).map {
        HTTPDate.format(secondsSince1970: $0)
      }
      #expect(dates.contains(date))
    }
  }

  @Test("silence is known within interval, timeout and a sweep") func silenceBound() throws {
    try onStage({ $0.handshakeTimeout = .seconds(3600) }) { stage in
      #expect(stage.server.silenceBound == 15_100)
    }
  }

  // MARK: Messages

  @Test("what is sent in one round leaves at its end, in order") func oneRound() throws {
    try onStage { stage in
      let clients = try (0..<10).map { _ in try stage.webSocket() }
      for number in 0..<30 {
        for (_, socket) in clients { #expect(stage.send("\(number)", to: socket)) }
      }
      #expect(clients.allSatisfy { stage.server.unsentBytes(of: $0.socket) > 0 })
      try stage.loop.run { clients.allSatisfy { $0.client.texts.count == 30 } }
      #expect(clients.allSatisfy { $0.client.texts == (0..<30).map(String.init) })
      #expect(clients.allSatisfy { stage.server.unsentBytes(of: $0.socket) == 0 })
    }
  }

  @Test("an idle connection holds no block") func idle() throws {
    try onStage { stage in
      let (client, socket) = try stage.webSocket()
      stage.send("x", to: socket)
      try stage.loop.run { client.texts == ["x"] }
      #expect(stage.server.table.with(socket) { $0.outbound.isEmpty } ?? false)
    }
  }

  @Test("when the loop has been closed, no socket stands for anything") func dangling() throws {
    let loop = try EventLoop()
    let stage = try Stage(on: loop)
    let (_, socket) = try stage.webSocket()
    loop.close()
    #expect(stage.server.connectionCount == 0)
    #expect(!stage.server.table.isUsed(socket.slot))
  }
}
