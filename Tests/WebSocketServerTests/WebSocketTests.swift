import Testing

@testable import WebSocketServer

@Suite("WebSocket number") struct WebSocketTests {
  @Test(
    "a socket survives as one number",
    arguments: [(0, 0), (1, 2), (.max, 0), (0, .max), (.max, .max)] as [(UInt32, UInt32)]
  )
  func rawValue(slot: UInt32, generation: UInt32) {
    let socket = WebSocket(slot: slot, generation: generation)
    #expect(WebSocket(rawValue: socket.rawValue) == socket)
    #expect(socket.description == "\(slot).\(generation)")
  }

  @Test("slot and generation both tell sockets apart") func apart() {
    let socket = WebSocket(slot: 1, generation: 2)
    #expect(socket.rawValue != WebSocket(slot: 2, generation: 1).rawValue)
    #expect(socket != WebSocket(slot: 1, generation: 3))
  }
}
