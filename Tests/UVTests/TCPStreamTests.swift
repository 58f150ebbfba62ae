import CUV
import Glibc
import TestSupport
import Testing

@testable import UV

@Suite("TCP connections") struct TCPStreamTests {
  private let hello = Array("hello".utf8)

  @Test("what one end writes, the other receives, both ways") func echo() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let server = pair.server
      server.onReceive = { [unowned server] bytes in
        _ = try? server.tryWrite(bytes.span)
      }
      try server.startReading()
      try pair.client.startReading()
      #expect(try pair.client.send(hello) == 5)
      try loop.run { pair.client.bytes.count == 5 }
      #expect(server.bytes == hello)
      #expect(pair.client.bytes == hello)
    }
  }

  @Test("received bytes may be changed in place") func inPlace() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      pair.server.onReceive = { bytes in
        for index in bytes.indices { bytes[index] ^= 0x20 }
      }
      try pair.server.startReading()
      try pair.client.send(hello)
      try loop.run { pair.server.bytes.count == 5 }
      #expect(pair.server.bytes == Array("HELLO".utf8))
    }
  }

  @Test("both ends know both addresses, while open") func addresses() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      #expect(pair.client.peerAddress == pair.address)
      #expect(pair.server.localAddress == pair.address)
      #expect(pair.server.peerAddress == pair.client.localAddress)
      #expect(pair.server.peerAddress?.host == "127.0.0.1")
      #expect(pair.server.peerIP == 0xffff_7f00_0001)
      pair.server.close()
      #expect(pair.server.peerAddress == nil)
      #expect(pair.server.peerIP == nil)
      #expect(pair.server.localAddress == nil)
    }
  }

  @Test("a stream that is not connected has no peer") func notConnected() throws {
    try withLoop { loop in
      let stream = try RecordingStream.unconnected(on: loop)
      #expect(stream.peerAddress == nil)
      #expect(stream.isOpen)
      #expect(throws: UVError(code: -ENOTCONN, call: "shutdown")) { try stream.shutDown() }
      #expect(throws: UVError(code: -EPIPE, call: "send")) { try stream.send([1]) }
    }
  }

  @Test("nobody listening is ECONNREFUSED") func refused() throws {
    try withLoop { loop in
      let anyPort = try SocketAddress(host: "127.0.0.1", port: 0)
      let listener = try TCPListener(on: loop, address: anyPort) { _ in }
      let address = try #require(listener.localAddress)
      listener.close()
      loop.run()
      let stream = try RecordingStream(on: loop, connectingTo: address)
      #expect(stream.connection == .none)
      try loop.run { stream.connection != nil }
      #expect(stream.connection == UVError(code: -ECONNREFUSED, call: "connect"))
      #expect(stream.isOpen)
    }
  }

  @Test("a connection that is closed while it is made tells nothing") func closedEarly() throws {
    try withLoop { loop in
      let anyPort = try SocketAddress(host: "127.0.0.1", port: 0)
      let listener = try TCPListener(on: loop, address: anyPort) { _ in }
      let address = try #require(listener.localAddress)
      let stream = try RecordingStream(on: loop, connectingTo: address)
      stream.close()
      try loop.run { stream.closes == 1 }
      #expect(stream.connection == .none)
    }
  }

  @Test("FIN is the end of reading; writing is still possible") func end() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.server.startReading()
      try pair.client.startReading()
      try pair.client.shutDown()
      try loop.run { pair.server.hasEnded }
      #expect(try pair.server.send(hello) == 5)
      try loop.run { pair.client.bytes.count == 5 }
      #expect(!pair.client.hasEnded)
      pair.server.close()
      try loop.run { pair.client.hasEnded }
      #expect(pair.client.readError == nil)
    }
  }

  @Test("RST is ECONNRESET") func reset() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.server.startReading()
      pair.client.closeWithReset()
      pair.client.closeWithReset()
      try loop.run { pair.server.readError != nil }
      #expect(pair.server.readError == UVError(code: -ECONNRESET, call: "recv"))
      #expect(pair.server.readError?.name == "ECONNRESET")
      #expect(!pair.server.hasEnded)
      #expect(pair.client.closes == 1)
    }
  }

  @Test("a reset can follow FIN") func resetAfterShutDown() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.client.shutDown()
      try pair.server.startReading()
      try loop.run { pair.server.hasEnded }
      pair.client.closeWithReset()
      #expect(!pair.client.isOpen)
      try loop.run { pair.client.closes == 1 }
      #expect(throws: UVError.self) {
        try loop.run { (try? pair.server.send([1])) == nil }
        try pair.server.send([1])
      }
    }
  }

  @Test("what comes while nothing is read waits") func stopReading() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.server.startReading()
      try pair.server.startReading()
      pair.server.onReceive = { [unowned server = pair.server] _ in server.stopReading() }
      try pair.client.send(hello)
      try loop.run { pair.server.bytes == hello }
      try pair.client.send(hello)
      // Once the kernel has acknowledged all, it has arrived.
      try loop.run { pair.client.unacknowledgedBytes == 0 }
      #expect(pair.server.bytes == hello)
      try pair.server.startReading()
      try loop.run { pair.server.bytes == hello + hello }
    }
  }

  @Test("a stream may be closed while it is reading") func closeWhileReading() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.server.startReading()
      pair.server.onReceive = { [unowned server = pair.server] _ in server.close() }
      try pair.client.send(hello)
      try loop.run { pair.server.closes == 1 }
      #expect(pair.server.bytes == hello)
      #expect(!pair.server.hasEnded)
    }
  }

  @Test("small writes need not wait", arguments: [true, false]) func noDelay(on: Bool) throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      try pair.client.setNoDelay(!on)
      try pair.client.setNoDelay(on)
      var descriptor: Int32 = -1
      #expect(unsafe uv_fileno(pair.client.cHandle, &descriptor) == 0)
      var value: Int32 = -1
      var size = socklen_t(MemoryLayout<Int32>.size)
      #expect(
        unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &size) == 0
      )
      #expect((value != 0) == on)
    }
  }

  @Test("on a closed stream nothing happens, or EBADF") func closed() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let stream = pair.client
      stream.close()
      try stream.startReading()
      stream.stopReading()
      try stream.setNoDelay(true)
      stream.closeWithReset()
      #expect(stream.queuedBytes == 0)
      #expect(stream.acknowledgedBytes == nil)
      #expect(stream.unacknowledgedBytes == nil)
      expectEBADF("send") { try stream.send(hello) }
      expectEBADF("sendmsg") { try stream.send(hello, hello) }
      expectEBADF("send") { try stream.write([1]) }
      expectEBADF("shutdown") { try stream.shutDown() }
    }
  }

  private func expectEBADF(
    _ call: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    let error = UVError(code: -EBADF, call: call)
    #expect(throws: error, sourceLocation: sourceLocation, performing: body)
  }

  // MARK: Taking over

  @Test("another stream may take over within the read callback") func takingOver() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let old = pair.server
      var successor: RecordingStream?
      old.onReceive = { [unowned old] bytes in
        let new = RecordingStream(takingOver: old)
        new.received(&bytes)
        successor = new
      }
      try old.startReading()
      let address = old.peerAddress
      try pair.client.send(hello)
      try loop.run { successor != nil }
      let new = try #require(successor)
      #expect(!old.isOpen)
      #expect(old.loop == nil)
      #expect(new.isOpen)
      #expect(new.loop === loop)
      #expect(new.peerAddress == address)

      // Reading goes on at the new one, in both directions, up to the end.
      let oldBytes = old.bytes
      try pair.client.send(hello)
      try loop.run { new.bytes == hello + hello }
      try pair.client.startReading()
      #expect(try new.send(hello) == 5)
      try loop.run { pair.client.bytes == hello }
      pair.client.close()
      try loop.run { new.hasEnded }
      new.close()
      try loop.run { new.closes == 1 }
      #expect(old.bytes == oldBytes)
      #expect(!old.hasEnded)
      #expect(old.closes == 0)
      successor = nil
    }
  }

  @Test("what was left behind is freed, and its closing does nothing") func leftBehind() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      weak var remains: RecordingStream?
      var second: RecordingStream?
      do {
        let first = RecordingStream(takingOver: pair.server)
        remains = first
        second = RecordingStream(takingOver: first)
        first.close()
        pair.server.close()
      }
      #expect(remains == nil)
      loop.runOnce()
      #expect(second?.isOpen == true)
      #expect(pair.server.closes == 0)
    }
  }

  @Test("a write that was queued before is told to the successor") func queuedWrite() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let queued = try pair.fillQueue()
      let new = RecordingStream(takingOver: pair.server)
      #expect(new.queuedBytes > 0)
      try pair.client.startReading()
      try loop.run { new.writes.count == queued.writes }
      #expect(pair.server.writes.isEmpty)
    }
  }
}
