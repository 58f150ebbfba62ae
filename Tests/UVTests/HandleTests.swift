import TestSupport
import Testing

@testable import UV

@Suite("Handles") struct HandleTests {
  @Test("closing twice ends a handle once, in a later round") func closeTwice() throws {
    try withLoop { loop in
      let stream = try RecordingStream.unconnected(on: loop)
      #expect(stream.isOpen)
      stream.close()
      stream.close()
      #expect(!stream.isOpen)
      #expect(stream.closes == 0)
      loop.run()
      #expect(stream.closes == 1)
      stream.close()
      loop.run()
      #expect(stream.closes == 1)
    }
  }

  @Test("C memory is kept until the handle has ended, and no longer") func memory() throws {
    try withLoop { loop in
      let stream = try RecordingStream.unconnected(on: loop)
      #expect(unsafe stream.memory != nil)
      #expect(stream.loop === loop)
      stream.close()
      #expect(unsafe stream.memory != nil)
      loop.run()
      #expect(unsafe stream.memory == nil)
      #expect(stream.loop == nil)
    }
  }

  @Test("an open handle holds itself, an ended one does not") func lifetime() throws {
    try withLoop { loop in
      weak var remains: RecordingStream?
      do {
        let stream = try RecordingStream.unconnected(on: loop)
        remains = stream
      }
      loop.runOnce()
      let stream = remains
      #expect(stream != nil)
      stream?.close()
      loop.run()
      #expect(stream?.closes == 1)
      _ = consume stream
      #expect(remains == nil)
    }
  }

  @Test("nothing is called after close") func silence() throws {
    try withLoop { loop in
      var calls = 0
      let timer = try Timer(on: loop) { calls += 1 }
      let hook = try LoopHook(on: loop, .beforeWaiting) { calls += 1 }
      timer.start(after: .zero, every: .milliseconds(1))
      hook.start()
      timer.close()
      hook.close()
      loop.run()
      #expect(calls == 0)
    }
  }

  @Test("a handle may be closed within its own callback") func withinCallback() throws {
    try withLoop { loop in
      var calls = 0
      var timer: Timer?
      timer = try Timer(on: loop) {
        calls += 1
        timer?.close()
        timer = nil
      }
      timer?.start(after: .zero, every: .milliseconds(1))
      loop.run()
      #expect(calls == 1)
    }
  }

  @Test("what is done to a closed handle does nothing") func afterClose() throws {
    try withLoop { loop in
      var calls = 0
      let timer = try Timer(on: loop) { calls += 1 }
      for _ in 1...2 {
        timer.close()
        timer.start(after: .zero)
        timer.stop()
        timer.setKeepsLoopRunning(true)
        // In the second turn it has ended, too.
        loop.run()
      }
      #expect(calls == 0)
    }
  }

  @Test("a handle keeps its loop running unless told otherwise") func keepsRunning() throws {
    try withLoop { loop in
      var calls = 0
      let timer = try Timer(on: loop) { calls += 1 }
      timer.start(after: .milliseconds(1))
      timer.setKeepsLoopRunning(false)
      loop.run()
      #expect(calls == 0)
      timer.setKeepsLoopRunning(true)
      loop.run()
      #expect(calls == 1)
    }
  }
}
