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

  @Test("a queued buffer is sent from its offset, and told once") func write() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.client.startReading()
      try pair.server.write(ByteBuffer([1, 2, 3, 4]), from: 1)
      try pair.server.write(ByteBuffer([5]))
      try loop.run { pair.server.writes.count == 2 && pair.client.bytes.count == 4 }
      #expect(pair.server.writes == [nil, nil])
      #expect(pair.client.bytes == [2, 3, 4, 5])
      #expect(pair.server.queuedBytes == 0)
    }
  }

  @Test("backpressure: what the kernel does not take is queued, and arrives in order")
  func backpressure() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let taken = try fill(pair.server)
      #expect(taken > 0)
      #expect(pair.server.queuedBytes == 0)

      let rest = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try pair.server.write(ByteBuffer(rest))
      try pair.server.write(ByteBuffer([1, 2, 3]))
      #expect(pair.server.queuedBytes == rest.count + 3)
      #expect(try pair.server.send([9]) == 0, "it must not overtake what is queued")
      loop.runOnce()
      #expect(pair.server.writes.isEmpty)

      try pair.client.startReading()
      try loop.run { pair.client.bytes.count == taken + rest.count + 3 }
      #expect(pair.server.writes == [nil, nil])
      #expect(pair.server.queuedBytes == 0)
      #expect(pair.client.bytes[..<taken].allSatisfy { $0 == 0x2E })
      #expect(Array(pair.client.bytes[taken...]) == rest + [1, 2, 3])
      #expect(try pair.server.send([9]) == 1)
    }
  }

  @Test("the queue holds a buffer until it is sent, and no longer") func lifetime() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try fill(pair.server)
      weak var remains: ByteBuffer?
      do {
        let queued = ByteBuffer([1, 2, 3])
        remains = queued
        try pair.server.write(queued)
      }
      #expect(remains != nil)
      try pair.client.startReading()
      try loop.run { !pair.server.writes.isEmpty }
      #expect(remains == nil)
    }
  }

  @Test("what is added to a queued buffer is not sent") func addedLater() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let taken = try fill(pair.server)
      let late: [UInt8] = [3, 4]
      let queued = ByteBuffer([1, 2], room: late.count)
      try pair.server.write(queued)
      queued.append(late.span)
      try pair.client.startReading()
      try pair.server.shutDown { _ in }
      try loop.run { pair.client.hasEnded }
      #expect(pair.client.bytes.count == taken + 2)
      #expect(pair.client.bytes.suffix(2) == [1, 2])
    }
  }

  @Test("a closed stream drops its queue and tells nothing") func closeWithQueue() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try fill(pair.server)
      weak var remains: ByteBuffer?
      do {
        let queued = ByteBuffer([1, 2, 3])
        remains = queued
        try pair.server.write(queued)
      }
      var answers = 0
      try pair.server.shutDown { _ in answers += 1 }
      pair.server.close()
      try loop.run { pair.server.closes == 1 }
      #expect(pair.server.writes.isEmpty)
      #expect(answers == 0)
      #expect(remains == nil)
    }
  }

  @Test("a queued write fails when the peer is gone") func peerGone() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try fill(pair.server)
      try pair.server.write(ByteBuffer([1]))
      pair.client.closeWithReset()
      try loop.run { pair.server.writes.count == 1 }
      let error = try #require(pair.server.writes[0])
      #expect(error.call == "uv_write")
      #expect(["ECONNRESET", "EPIPE"].contains(error.name))
      #expect(throws: UVError.self) { try pair.server.send([1]) }
    }
  }

  @Test("shutting down sends FIN after all that is queued") func shutDown() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let taken = try fill(pair.server)
      try pair.server.write(ByteBuffer([7, 8, 9]))
      var answers: [UVError?] = []
      try pair.server.shutDown { answers.append($0) }
      loop.runOnce()
      #expect(answers.isEmpty)
      try pair.client.startReading()
      try loop.run { pair.client.hasEnded && !answers.isEmpty }
      #expect(answers == [nil])
      #expect(pair.client.bytes.count == taken + 3)
      #expect(pair.client.bytes.suffix(3) == [7, 8, 9])

      // Once only; and the other direction is still open.
      #expect(throws: UVError.self) { try pair.server.shutDown { answers.append($0) } }
      #expect(answers == [nil])
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
      let taken = try fill(pair.server)
      let open = try #require(pair.server.unacknowledgedBytes)
      #expect((1...taken).contains(open))
      try pair.client.startReading()
      try loop.run { pair.server.unacknowledgedBytes == 0 }
      #expect(pair.server.acknowledgedBytes == before + taken)
      #expect(pair.client.bytes.count <= taken)
    }
  }
}
