import Glibc
import TestSupport
import Testing
import UV

@Suite("Writing to a TCP connection") struct TCPStreamWriteTests {
  @Test("two pieces are sent one after the other") func twoPieces() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.client.startReading()
      #expect(try pair.server.send([1, 2, 3], [4, 5]) == 5)
      #expect(try pair.server.send([1, 2, 3], []) == 3)
      #expect(try pair.server.send([], [4, 5]) == 2)
      try loop.run { pair.client.bytes.count == 10 }
      #expect(pair.client.bytes == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
    }
  }

  @Test("what the kernel takes at once is not queued, and not told") func write() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.client.startReading()
      #expect(try pair.server.write([1, 2, 3, 4].dropFirst()) == 3)
      #expect(try pair.server.write([5], [6, 7]) == 3)
      #expect(try pair.server.write([], [8]) == 1)
      #expect(try pair.server.write([]) == 0)
      #expect(pair.server.queuedBytes == 0)
      try loop.run { pair.client.bytes.count == 7 }
      #expect(pair.client.bytes == [2, 3, 4, 5, 6, 7, 8])
      #expect(pair.server.writes.isEmpty)
    }
  }

  @Test("both pieces arrive whole, wherever the kernel stops taking") func cutAnywhere() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let first = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let second = (0..<9_000_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      let taken = try pair.server.write(first[...], second[...])
      #expect(taken < first.count + second.count)
      #expect(pair.server.queuedBytes == first.count + second.count - taken)
      try pair.client.startReading()
      try loop.run { pair.client.bytes.count == first.count + second.count }
      #expect(pair.client.bytes == first + second)
      try loop.run { pair.server.writes == [nil] }
    }
  }

  @Test("the kernel takes what it has room for") func takesPart() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let piece = [UInt8](repeating: 1, count: 1 << 20)
      var total = 0
      var taken = piece.count
      while taken == piece.count {
        taken = try pair.server.send(piece)
        total += taken
      }
      #expect((0..<piece.count).contains(taken))
      #expect(pair.server.queuedBytes == 0)
      try pair.client.startReading()
      try loop.run { pair.client.bytes.count == total }
      #expect(pair.server.writes.isEmpty)
    }
  }

  @Test("backpressure: what the kernel does not take is queued, and arrives in order")
  func backpressure() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let queued = try pair.fillQueue()
      let before = pair.server.queuedBytes
      let rest = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try pair.server.write(rest[...])
      try pair.server.write([1, 2, 3])
      #expect(pair.server.queuedBytes == before + rest.count + 3)
      #expect(try pair.server.send([9]) == 0, "it must not overtake what is queued")
      loop.runOnce()
      #expect(pair.server.writes.count < queued.writes)

      try pair.client.startReading()
      try loop.run { pair.client.bytes.count == queued.bytes + rest.count + 3 }
      try loop.run { pair.server.writes.count == queued.writes + 2 }
      #expect(pair.server.writes.allSatisfy { $0 == nil })
      #expect(pair.server.queuedBytes == 0)
      #expect(Array(pair.client.bytes[queued.bytes...]) == rest + [1, 2, 3])
      #expect(try pair.server.send([9]) == 1)
    }
  }

  @Test("the queue holds a buffer until it is sent, and no longer") func lifetime() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let queued = try pair.fillQueue()
      var last: [UInt8] = [1, 2, 3]
      try pair.server.write(last[...])
      #expect(isShared(&last))
      try pair.server.write(last[...])
      try pair.client.startReading()
      try loop.run { pair.server.writes.count == queued.writes + 2 }
      #expect(!isShared(&last))
    }
  }

  @Test("what is done to an array after it was queued is not sent") func changedLater() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let queued = try pair.fillQueue()
      var last: [UInt8] = [1, 2]
      try pair.server.write(last[...])
      last[0] = 9
      last += [3, 4]
      try pair.client.startReading()
      try pair.server.shutDown()
      try loop.run { pair.client.hasEnded }
      #expect(pair.client.bytes.count == queued.bytes + 2)
      #expect(pair.client.bytes.suffix(2) == [1, 2])
    }
  }

  @Test("a closed stream drops its queue and tells nothing") func closeWithQueue() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      _ = try pair.fillQueue()
      var last: [UInt8] = [1, 2, 3]
      try pair.server.write(last[...])
      try pair.server.shutDown()
      pair.server.close()
      try loop.run { pair.server.closes == 1 }
      #expect(pair.server.writes.isEmpty)
      #expect(!isShared(&last))
    }
  }

  @Test("a queued write fails when the peer is gone") func peerGone() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      _ = try pair.fillQueue()
      pair.client.closeWithReset()
      try loop.run { pair.server.writes.contains { $0 != nil } }
      let error = try #require(pair.server.writes.compactMap { $0 }.first)
      #expect(error.call == "send")
      #expect(["ECONNRESET", "EPIPE"].contains(error.name))
    }
  }

  @Test("writing at once to a peer that is gone is an error, not a signal") func brokenPipe() throws
  {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      pair.client.closeWithReset()
      // The RST takes its time; the first write after it fails with it.
      try loop.run { (try? pair.server.send([1])) == nil }
      // The next one is the one that would raise SIGPIPE.
      let error = #expect(throws: UVError.self) { try pair.server.send([1]) }
      #expect(error?.name == "EPIPE")
    }
  }

  @Test("the last bytes wait for FIN, and go with it") func lastBytes() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.client.startReading()
      let taken = try pair.server.tryWrite(([1, 2, 3] as [UInt8]).span, isLast: true)
      #expect(taken == 3)
      // On the loopback device what is sent has arrived when the call returns.
      loop.runOnce()
      #expect(pair.client.bytes == [])
      try pair.server.shutDown()
      loop.runOnce()
      #expect(pair.client.bytes == [1, 2, 3])
      try loop.run { pair.client.hasEnded }
    }
  }

  @Test("shutting down sends FIN after all that is queued") func shutDown() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let queued = try pair.fillQueue()
      try pair.server.write([7, 8, 9])
      try pair.server.shutDown()
      #expect(throws: UVError(code: -EPIPE, call: "send")) {
        try pair.server.write([1])
      }
      loop.runOnce()
      try pair.client.startReading()
      try loop.run { pair.client.hasEnded }
      #expect(pair.client.bytes.count == queued.bytes + 3)
      #expect(pair.client.bytes.suffix(3) == [7, 8, 9])

      // The other direction is still open.
      try pair.server.startReading()
      #expect(try pair.client.send([1]) == 1)
      try loop.run { pair.server.bytes == [1] }
    }
  }

  @Test("acknowledged bytes are those that the peer's TCP has taken") func acknowledged() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let before = try #require(pair.server.acknowledgedBytes)
      let bytes = [UInt8](repeating: 1, count: 1_000)
      #expect(try pair.server.send(bytes) == 1_000)
      try loop.run { pair.server.acknowledgedBytes == before + 1_000 }
      #expect(pair.server.unacknowledgedBytes == 0)
    }
  }

  @Test("with a peer that reads nothing, bytes stay unacknowledged") func unacknowledged() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let before = try #require(pair.server.acknowledgedBytes)
      let queued = try pair.fillQueue()
      let waiting = try #require(pair.server.unacknowledgedBytes)
      #expect((1..<queued.bytes).contains(waiting))
      try pair.client.startReading()
      try loop.run { pair.client.bytes.count == queued.bytes }
      try loop.run { pair.server.unacknowledgedBytes == 0 }
      #expect(pair.server.acknowledgedBytes == before + queued.bytes)
    }
  }
}
