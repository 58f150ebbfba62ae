import Glibc
import TestSupport
import Testing
import UV

/// One after the other: signals are the whole process's.
@Suite("Signals", .serialized) struct SignalSourceTests {
  /// To the process and not by `raise` to this thread, on which libdispatch blocks most signals.
  private func send(_ signal: Int32) { kill(getpid(), signal) }

  @Test("a signal is told to every source that watches it", arguments: [SIGUSR1, SIGUSR2])
  func raised(signal: Int32) throws {
    try withLoop { loop in
      var first = 0
      var second = 0
      _ = try SignalSource(on: loop, signal: signal) { first += 1 }
      _ = try SignalSource(on: loop, signal: signal) { second += 1 }
      send(signal)
      try loop.run { first == 1 && second == 1 }
      send(signal)
      try loop.run { first == 2 && second == 2 }
    }
  }

  @Test("another signal is not told, and nothing is after close") func others() throws {
    try withLoop { loop in
      var wrong = 0
      var heard = 0
      let closed = try SignalSource(on: loop, signal: SIGUSR1) { wrong += 1 }
      _ = try SignalSource(on: loop, signal: SIGUSR2) { wrong += 1 }
      _ = try SignalSource(on: loop, signal: SIGUSR1) { heard += 1 }
      closed.close()
      send(SIGUSR1)
      try loop.run { heard == 1 }
      #expect(wrong == 0)
    }
  }

  @Test("each loop is told") func twoLoops() throws {
    try withLoop { one in
      try withLoop { other in
        var heard = [0, 0]
        _ = try SignalSource(on: one, signal: SIGUSR1) { heard[0] += 1 }
        _ = try SignalSource(on: other, signal: SIGUSR1) { heard[1] += 1 }
        send(SIGUSR1)
        try one.run { heard[0] == 1 }
        try other.run { heard[1] == 1 }
        #expect(heard == [1, 1])
      }
    }
  }

  @Test("a source does not keep the loop running") func letsGo() throws {
    try withLoop { loop in
      _ = try SignalSource(on: loop, signal: SIGUSR1) {}
      loop.run()
    }
  }

  @Test("SIGKILL cannot be caught", arguments: [SIGKILL, SIGSTOP, 0, -1])
  func impossible(signal: Int32) throws {
    try withLoop { loop in
      #expect(throws: UVError(code: -EINVAL, call: "uv_signal_start")) {
        _ = try SignalSource(on: loop, signal: signal) {}
      }
    }
  }
}
