import TestSupport
import Testing
import UV

@Suite("Hooks into a round of the loop") struct LoopHookTests {
  @Test("a round goes: timers, idle, before waiting, events, after events, closing")
  func order() throws {
    try withLoop { loop in
      let order = Notes()
      let hooks = [
        try LoopHook(on: loop, .afterEvents) { order.add("after events") },
        try LoopHook(on: loop, .beforeWaiting) { order.add("before waiting") },
        try LoopHook(on: loop, .withoutWaiting) { order.add("idle") },
      ]
      for hook in hooks { hook.start() }
      let stream = try ClosingNote(on: loop, notes: order)
      let timer = try Timer(on: loop) {
        order.add("timer")
        stream.close()
        loop.stop()
      }
      timer.start(after: .zero)
      loop.remote.execute { order.add("event") }
      loop.run()
      let expected = ["timer", "idle", "before waiting", "event", "after events", "closed"]
      #expect(order.all.prefix(6) == expected[...])
    }
  }

  @Test("a hook runs in every round, and never when stopped") func everyRound() throws {
    try withLoop { loop in
      var calls = 0
      let hook = try LoopHook(on: loop, .beforeWaiting) { calls += 1 }
      loop.runOnce()
      #expect(calls == 0)
      let timer = try Timer(on: loop) {}
      timer.start(after: .seconds(3_600))
      hook.start()
      hook.start()
      for _ in 1...3 { loop.runOnce() }
      #expect(calls == 3)
      hook.stop()
      hook.stop()
      loop.runOnce()
      #expect(calls == 3)
    }
  }

  @Test(
    "a hook does not keep the loop running",
    arguments: [.beforeWaiting, .afterEvents, .withoutWaiting] as [LoopHook.Place]
  )
  func letsGo(place: LoopHook.Place) throws {
    try withLoop { loop in
      let hook = try LoopHook(on: loop, place) {}
      hook.start()
      loop.run()
      hook.close()
      hook.start()
      hook.stop()
      loop.run()
    }
  }

  @Test("without waiting, the loop goes round while others wait") func withoutWaiting() throws {
    try withLoop { loop in
      var rounds = 0
      var hook: LoopHook?
      hook = try LoopHook(on: loop, .withoutWaiting) {
        rounds += 1
        if rounds == 100 { loop.stop() }
      }
      hook?.start()
      let guardTimer = try Timer(on: loop) {
        Issue.record("the loop waited")
        loop.stop()
      }
      guardTimer.start(after: .seconds(10))
      loop.run()
      #expect(rounds == 100)
      hook = nil
    }
  }
}

/// Notes its end.
private final class ClosingNote: TCPStream {
  private let notes: Notes

  init(on loop: EventLoop, notes: Notes) throws(UVError) {
    self.notes = notes
    try super.init(on: loop, socket: TCPSocket.unconnected())
  }

  override func didClose() { notes.add("closed") }
}
