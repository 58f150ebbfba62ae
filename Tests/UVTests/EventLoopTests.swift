import Glibc
import TestSupport
import Testing
import UV

@Suite("Event loop") struct EventLoopTests {
  @Test("a loop without work returns at once") func nothing() throws {
    try withLoop { loop in
      loop.run()
      loop.runOnce()
    }
  }

  @Test("a loop runs until nothing is left to wait for") func runsOut() throws {
    try withLoop { loop in
      var fired = 0
      for _ in 1...3 {
        let timer = try Timer(on: loop) { fired += 1 }
        timer.start(after: .milliseconds(1))
      }
      loop.run()
      #expect(fired == 3)
    }
  }

  @Test("stop ends the run, and the next one goes on") func stop() throws {
    try withLoop { loop in
      var fired = 0
      let timer = try Timer(on: loop) {
        fired += 1
        loop.stop()
      }
      timer.start(after: .zero, every: .milliseconds(1))
      loop.run()
      #expect(fired == 1)
      loop.run()
      #expect(fired == 2)
      timer.close()
    }
  }

  @Test("stop lets the round go to its end") func stopEndsRound() throws {
    try withLoop { loop in
      var order: [String] = []
      let timer = try Timer(on: loop) { order.append("late") }
      timer.start(after: .seconds(3_600))
      let before = try LoopHook(on: loop, .beforeWaiting) {
        order.append("before waiting")
        loop.stop()
      }
      let after = try LoopHook(on: loop, .afterEvents) { order.append("after events") }
      before.start()
      after.start()
      loop.run()
      #expect(order == ["before waiting", "after events"])
    }
  }

  @Test("running once does not wait") func runOnce() throws {
    try withLoop { loop in
      var fired = 0
      let ready = try Timer(on: loop) { fired += 1 }
      let late = try Timer(on: loop) { fired += 100 }
      ready.start(after: .zero)
      late.start(after: .seconds(3_600))
      loop.runOnce()
      #expect(fired == 1)
    }
  }

  @Test("time stands still within a round and never goes back") func now() throws {
    try withLoop { loop in
      let start = loop.now
      let precise = EventLoop.preciseNow
      var during: [UInt64] = []
      let timer = try Timer(on: loop) {
        during.append(loop.now)
        let busyUntil = EventLoop.preciseNow + 3
        while EventLoop.preciseNow < busyUntil {}
        during.append(loop.now)
      }
      timer.start(after: .milliseconds(2))
      loop.run()
      #expect(during.count == 2)
      #expect(during.first == during.last)
      #expect(during[0] >= start + 2)
      #expect(EventLoop.preciseNow >= precise + 5)
      // Both clocks are the same one.
      #expect(EventLoop.preciseNow >= loop.now)
    }
  }

  @Test("the time of day is the system's") func timeOfDay() {
    let before = time(nil)
    let answer = EventLoop.secondsSince1970
    let after = time(nil)
    // The kernel's coarse clock, which time(2) reads, may be a tick behind.
    #expect((before...after + 1).contains(answer))
  }

  @Test("close ends all open handles, once each") func close() throws {
    try withLoop { loop in
      let streams = [
        try RecordingStream.unconnected(on: loop), try RecordingStream.unconnected(on: loop),
      ]
      let timer = try Timer(on: loop) {}
      timer.start(after: .zero, every: .milliseconds(1))
      streams[1].close()
      loop.close()
      #expect(streams.map(\.closes) == [1, 1])
      #expect(!timer.isOpen)
      loop.close()
      #expect(streams.map(\.closes) == [1, 1])
    }
  }

  @Test("close ends all handles although a stop was asked for") func closeAfterStop() throws {
    try withLoop { loop in
      let stream = try RecordingStream.unconnected(on: loop)
      loop.stop()
      loop.close()
      #expect(stream.closes == 1)
    }
  }

  @Test("close waits for all calls under way although one asks for a stop") func stopInClose()
    throws
  {
    try withLoop { loop in
      var answers = 0
      for _ in 1...4 {
        FileSystem(on: loop).realPath("/") { _ in
          answers += 1
          loop.stop()
        }
      }
      loop.close()
      #expect(answers == 4)
    }
  }

  @Test("a loop is freed when it was closed, and not before") func freed() throws {
    weak var remains: EventLoop?
    weak var timer: Timer?
    do {
      let loop = try EventLoop()
      remains = loop
      let open = try Timer(on: loop) {}
      timer = open
    }
    // The open timer holds it.
    #expect(timer != nil)
    remains?.close()
    #expect(timer == nil)
    #expect(remains == nil)
  }

  @Test("a loop that nothing was ever opened on is freed") func unused() throws {
    weak var remains: EventLoop?
    do {
      let loop = try EventLoop()
      remains = loop
    }
    #expect(remains == nil)
  }

  @Test("a read brings 512 KiB at most") func readBuffer() {
    #expect(EventLoop.readBufferBytes == 524_288)
  }
}
