import Messaging
import TestSupport
import Testing
import UV
import WebSocketProtocol
import WebSocketServer

@testable import MessagingService

@Suite("A server as the manager's outlet") struct ServerOutletTests {
  @Test("a newer connection replaces the older one, which is closed with 4005") func replace()
    throws
  {
    try withLoop { loop in
      let hall = try Hall(on: loop) { $0.duplicateIDs = .replace }
      let older = try hall.client("/ws/1")
      let newer = try hall.client("/ws/1")
      try loop.run { older.closeFrame != nil }
      #expect(older.closeFrame?.closeCode == CloseCode(4005))
      newer.send(.text, "1:still here")
      try hall.expect(["Client #1 says: still here"], at: newer)
    }
  }

  @Test("a connection that nobody has takes nothing") func nobody() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let nobody = ConnectionID(rawValue: .max)
      let isTaken = hall.server.deliver(.text, Span(), Span(), to: nobody)
      #expect(!isTaken)
      #expect(hall.server.unsentBytes(of: nobody) == nil)
      hall.server.close(nobody, .replaced)
    }
  }

  @Test("the number of a connection is that of its socket") func number() {
    let socket = WebSocket(rawValue: 7 << 32 | 5)
    #expect(ConnectionID(socket).rawValue == socket.rawValue)
  }
}
