import TestSupport
import Testing

@testable import WebSocketServer

@Suite("A round of the loop") struct ServerRoundTests {
  @Test("what a round gathers for a crowd is written when there is much of it, and stays in order")
  func crowd() throws {
    try onStage { stage in
      let members = try (0..<70).map { _ in try stage.webSocket() }
      for number in 0..<12 {
        for (_, socket) in members { stage.send(Stage.message(number, 100), to: socket) }
        let gathered = members.map { _, socket in
          stage.server.table.with(socket) { $0.outbound.count } ?? 0
        }
        // Small blocks hold nine; the tenth message to one of those has all written.
        #expect(gathered.max() == (number < 9 ? 102 * (number + 1) : 102 * (number - 8)))
      }
      try stage.loop.run { members.allSatisfy { $0.client.frames.count == 12 } }
      #expect(stage.server.blocks.nextSize == .large)
      for (client, _) in members {
        #expect(Stage.numbers(of: client.frames.map(\.payload), 100) == Array(0..<12))
      }
    }
  }
}
