import TestSupport
import Testing
import UV

@Suite("Payloads sent from where they were received") struct LentPayloadsTests {
  @Test("ranges are found for bytes of the read buffer only") func ranges() throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      var ranges: [Range<Int>?] = []
      pair.server.onReceive = { [unowned loop] bytes in
        let all = bytes.span
        for part in [0..<all.count, 2..<5, 0..<1, 3..<3] {
          ranges.append(loop.readRange(of: all.extracting(part)))
        }
        ranges.append(loop.readRange(of: Array(repeating: 1, count: 8).span))
        ranges.append(loop.readRange(of: Span()))
      }
      try pair.server.startReading()
      #expect(try pair.client.send([1, 2, 3, 4, 5, 6, 7, 8]) == 8)
      try loop.run { !ranges.isEmpty }
      #expect(ranges == [0..<8, 2..<5, 0..<1, 3..<3, nil, nil])
    }
  }

  @Test("they go between the shorter bytes, in one piece and in their order", arguments: 0...2)
  func order(pieces: Int) throws {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      let headers: [UInt8] = [1, 2, 3, 4]
      var joined: [UInt8]?
      var sent: Int?
      pair.server.onReceive = { [unowned loop, unowned server = pair.server] bytes in
        guard let start = loop.readRange(of: bytes.span)?.lowerBound else { return }
        var payloads = LentPayloads()
        #expect(payloads.isEmpty)
        if pieces > 0 { payloads.append(start + 1..<start + 3, at: 2) }
        if pieces > 1 {
          payloads.append([7, 8, 9][1...], at: 2)
          payloads.append(start..<start + 1, at: 4)
        }
        joined = loop.join(headers.span, payloads)
        sent = try? server.tryWrite(headers.span, payloads)
        #expect(payloads.count == (joined?.count ?? 0) - 4)
      }
      try pair.server.startReading()
      try pair.client.startReading()
      #expect(try pair.client.send([10, 11, 12, 13]) == 4)
      let expected: [UInt8] =
        [[1, 2, 3, 4], [1, 2, 11, 12, 3, 4], [1, 2, 11, 12, 8, 9, 3, 4, 10]][pieces]
      try loop.run { pair.client.bytes.count == expected.count }
      #expect(pair.client.bytes == expected)
      #expect(joined == expected)
      #expect(sent == expected.count)
    }
  }

  @Test("one in memory of its own is known from others, and where it stands") func isArray() {
    var payloads = LentPayloads()
    #expect(!payloads.isArray(behind: 0))
    payloads.append([1, 2], at: 5)
    #expect(payloads.isArray(behind: 5) && !payloads.isArray(behind: 6))
    payloads.append(0..<1, at: 5)
    #expect(!payloads.isArray(behind: 5))
    payloads.removeAll()
    #expect(payloads.isEmpty && payloads.count == 0 && payloads.array.isEmpty)
    payloads.append(0..<1, at: 0)
    #expect(!payloads.isArray(behind: 0))
  }

  @Test("there is a bound on them") func bound() {
    var payloads = LentPayloads()
    for number in 0..<64 {
      #expect(!payloads.isFull)
      payloads.append(number..<number + 1, at: 0)
    }
    #expect(payloads.isFull)
  }

  @Test("nothing overtakes what is queued, and a closed stream takes nothing") func refused() throws
  {
    try withLoop { loop in
      let pair = try ConnectedPair(on: loop)
      var payloads = LentPayloads()
      payloads.append([1, 2], at: 0)
      _ = try pair.fillQueue()
      #expect(try pair.server.tryWrite(Span(), payloads) == 0)
      pair.server.close()
      #expect(throws: UVError.self) { try pair.server.tryWrite(Span(), payloads) }
    }
  }
}
