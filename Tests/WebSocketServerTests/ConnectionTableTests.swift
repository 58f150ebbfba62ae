import TestSupport
import Testing
import UV

@testable import WebSocketServer

@Suite("Connection table") struct ConnectionTableTests {
  /// Connections enter the table of their server when they are made, and are not connected yet.
  private func withConnections(
    _ count: Int,
    _ body: (ConnectionTable, [HTTPConnection]) throws -> Void
  ) throws {
    try onStage { stage in
      let connections = try (0..<count).map { _ in try HTTPConnection(unconnectedOn: stage.server) }
      try body(stage.server.table, connections)
    }
  }

  @Test("each connection is found by slot and by number", arguments: [1, 63, 64, 65, 200])
  func found(count: Int) throws {
    try withConnections(count) { table, connections in
      #expect(table.count == count)
      #expect(table.all.map(ObjectIdentifier.init) == connections.map(ObjectIdentifier.init))
      for connection in connections {
        #expect(table[connection.slot] === connection)
        let socket = table.socket(at: connection.slot)
        #expect(table.with(socket) { $0 === connection } ?? false)
      }
      #expect(table[UInt32(count)] == nil)
      #expect(table[.max] == nil)
    }
  }

  @Test("a number is of no use once its connection has gone, even when the slot is another's")
  func generations() throws {
    try onStage { stage in
      let table = stage.server.table
      var old: [WebSocket] = []
      for _ in 0..<10 {
        let connection = try HTTPConnection(unconnectedOn: stage.server)
        let socket = table.socket(at: connection.slot)
        #expect(socket.slot == 0 && !old.contains(socket))
        for one in old { #expect(table.with(one) { _ in true } == nil) }
        #expect(table.with(socket) { $0 === connection } ?? false)
        old.append(socket)
        connection.end()
        #expect(table.with(socket) { _ in true } == nil)
        #expect(table[0] == nil)
        #expect(table.count == 0)
      }
    }
  }

  @Test("freed slots are used again before new ones, with a bucket of their own") func reuse()
    throws
  {
    try withConnections(5) { table, connections in
      table.setBucket(9, at: 1)
      for slot in [1, 3] { connections[slot].end() }
      #expect(table.all.map(\.slot) == [0, 2, 4])
      let server = connections[0].server
      let new = try (0..<3).map { _ in try HTTPConnection(unconnectedOn: server) }
      #expect(new.map(\.slot) == [3, 1, 5])
      #expect(table.bucket(at: 1) == DeadlineWheel.nowhere)
      #expect(table.count == 6)
    }
  }

  @Test("another object can take over a slot, and the number stays") func replacement() throws {
    try withConnections(2) { table, connections in
      let socket = table.socket(at: 0)
      let successor = WebSocketConnection(upgrading: connections[0], route: 0)
      #expect(successor.slot == 0)
      #expect(table.with(socket) { $0 === successor } ?? false)
      #expect(table.count == 2)
      #expect(!connections[0].isOpen && successor.isOpen)
      successor.end()
      #expect(table.count == 1)
    }
  }

  @Test("flushing what is not there does nothing") func flush() throws {
    try withConnections(1) { table, connections in
      connections[0].end()
      for slot in [0, 1, .max] as [UInt32] { table.flush(at: slot) }
    }
  }
}

extension HTTPConnection {
  fileprivate convenience init(unconnectedOn server: Server) throws(UVError) {
    try self.init(on: server, socket: TCPSocket.unconnected())
  }
}
