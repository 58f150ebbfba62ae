import Messaging
import TestSupport
import Testing
import UV
import WebSocketProtocol
import WebSocketServer

@testable import MessagingService

@Suite("Store pump") struct StorePumpTests {
  @Test("what is kept is delivered oldest first, and let go of") func kept() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let a = try hall.client("/ws/1001")
      for number in 1...100 { a.send(.text, "6001:\(number)") }
      let id = try ClientID("6001")
      try loop.run { hall.store.waiting(for: id) == 100 && !a.texts.isEmpty }
      let b = try hall.client("/ws/6001")
      try hall.expect((1...100).map { "Client #1001 says: \($0)" }, at: b)
      try loop.run { hall.store.waiting(for: id) == 0 }
    }
  }

  @Test("the sender hears once that the target is offline, when the message is kept") func notice()
    throws
  {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let a = try hall.client("/ws/1001")
      hall.store.isDelayed = true
      a.send(.text, "6001:one")
      a.send(.text, "6001:two")
      a.send(.text, "1001:marker")
      try hall.expect(["Client #1001 says: marker"], at: a)
      hall.store.isDelayed = false
      try loop.run { a.texts.count == 2 }
      #expect(a.texts.last?.hasPrefix("Client #6001 is offline; ") == true)
    }
  }

  @Test("a full mailbox is an error to the sender") func full() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop, limits: .init(messages: 1))
      let a = try hall.client("/ws/1001")
      a.send(.text, "6001:one")
      a.send(.text, "6001:two")
      try loop.run { a.texts.count == 2 }
      #expect(a.texts.contains { $0.hasPrefix("Error: ") && $0.contains("full") })
    }
  }

  @Test("live messages come behind kept ones") func liveBehindKept() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let a = try hall.client("/ws/1001")
      let id = try ClientID("6001")
      for number in 1...50 { a.send(.text, "6001:\(number)") }
      try loop.run { hall.store.waiting(for: id) == 50 }
      hall.store.isDelayed = true
      let b = try hall.client("/ws/6001")
      a.send(.text, "6001:51")
      a.send(.text, "1001:marker")
      try loop.run { a.texts.contains("Client #1001 says: marker") }
      #expect(b.texts == [])
      hall.store.isDelayed = false
      try hall.expect((1...51).map { "Client #1001 says: \($0)" }, at: b)
    }
  }

  @Test("kept messages are fed as the client reads, and what it does not take stays")
  func largeMailbox() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let a = try hall.client("/ws/1001")
      let id = try ClientID("6001")
      let body = String(repeating: "x", count: 100_000)
      let count = 200
      for number in 0..<count { a.send(.text, "6001:\(number) \(body)") }
      try loop.run { hall.store.waiting(for: id) == count }
      let b = try hall.client("/ws/6001")
      b.stopReading()
      try loop.run { hall.store.waiting(for: id) < count }
      for _ in 0..<100 { loop.runOnce() }
      let waiting = hall.store.waiting(for: id)
      #expect(waiting > 0)
      b.closeWithReset()
      try loop.run { a.texts.contains("Client #6001 left the chat") }
      // What the kernel had taken is gone, as with any plain client; the rest is here, in order.
      let again = try hall.client("/ws/6001")
      let last = "Client #1001 says: \(count - 1) "
      try loop.run { again.frames.last?.text.hasPrefix(last) ?? false }
      try loop.run { hall.store.waiting(for: id) == 0 }
      let numbers = again.texts.compactMap {
        Int($0.dropFirst("Client #1001 says: ".count).prefix { $0 != " " })
      }
      #expect(numbers == Array(count - numbers.count..<count))
      // A batch is let go of when the last of it has been taken: two messages are 256 KiB.
      #expect(numbers.count >= waiting - 2)
    }
  }

  @Test("what a closed client did not take stays, even if a message for it comes before its end")
  func closedMeanwhile() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let a = try hall.client("/ws/1001")
      let id = try ClientID("6001")
      let body = String(repeating: "x", count: 100_000)
      let count = 200
      for number in 0..<count { a.send(.text, "6001:\(number) \(body)") }
      try loop.run { hall.store.waiting(for: id) == count }
      let b = try hall.client("/ws/6001")
      b.stopReading()
      try loop.run { hall.store.waiting(for: id) < count }
      for _ in 0..<100 { loop.runOnce() }
      // As from a timer: its handler is told at the end of the round, after others' turns.
      hall.server.close(WebSocket(rawValue: 1))
      let more = Array("6001:\(count) \(body)".utf8)
      hall.endpoint.received(
        more.span,
        .text,
        from: WebSocket(rawValue: 0),
        tag: 0,
        on: hall.server
      )
      try b.startReading()
      try loop.run { b.isOver }
      let again = try hall.client("/ws/6001")
      try loop.run { hall.store.waiting(for: id) == 0 }
      for _ in 0..<100 { loop.runOnce() }
      let numbers = (b.texts + again.texts).compactMap {
        Int($0.dropFirst("Client #1001 says: ".count).prefix { $0 != " " })
      }
      #expect(Set(numbers) == Set(0...count))
    }
  }

  @Test("when nothing is to be answered the loop may sleep") func sleeps() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let a = try hall.client("/ws/1001")
      a.send(.text, "6001:hello")
      try loop.run { a.texts.count == 1 }
      let b = try hall.client("/ws/6001")
      try hall.expect(["Client #1001 says: hello"], at: b)
      let id = try ClientID("6001")
      try loop.run { hall.store.waiting(for: id) == 0 }
      for _ in 0..<5 { loop.runOnce() }
      // A loop that does not sleep makes thousands of rounds in that time.
      var rounds = 0
      let counter = try LoopHook(on: loop, .afterEvents) { rounds += 1 }
      let timer = try Timer(on: loop) { [unowned loop] in loop.stop() }
      counter.start()
      timer.start(after: .milliseconds(100))
      loop.run()
      #expect(rounds < 50)
      counter.close()
      timer.close()
    }
  }
}
