import COpenSSL
import TestSupport
import Testing
import WebSocketProtocol

@testable import WebSocketServer
@testable import WebSocketTLS

@Suite("TLS of one connection") struct TLSConnectionTests {
  /// Two ends in one place.
  private final class Pair {
    let server: any TransportFilter
    let client: any TransportFilter
    private let certificate = Certificate()
    /// What holds the keys.
    private let contexts: (TLSContext, UnverifiedTLSClient)

    init(handshake: Bool = true) throws {
      contexts = (
        try TLSContext(certificate: certificate.certificateFile(), key: certificate.keyFile()),
        try UnverifiedTLSClient()
      )
      server = try #require(contexts.0.makeFilter())
      client = try #require(contexts.1.makeFilter())
      if handshake { shakeHands() }
    }

    func shakeHands() {
      _ = open([], at: client)
      while client.hasOutput || server.hasOutput {
        _ = open(client.takeOutput(), at: server)
        _ = open(server.takeOutput(), at: client)
      }
    }

    func open(_ wire: [UInt8], at end: any TransportFilter) -> (plain: [UInt8], TransportState) {
      var plain: [UInt8] = []
      let state = end.open(wire.span) {
        plain += $0.span.copy
        return true
      }
      return (plain, state)
    }
  }

  private func seal(_ plain: [UInt8], at end: any TransportFilter, isLast: Bool = false) -> [UInt8]?
  {
    var wire: [UInt8] = []
    let foreign = end.seal(plain.span, isLast: isLast) { wire.append(copying: $0) }
    return foreign == nil ? nil : wire
  }

  @Test("both ends agree, and read each other") func agreement() throws {
    let pair = try Pair()
    #expect(pair.client.isReady && pair.server.isReady)
    let wire = try #require(seal(Array("hello".utf8), at: pair.client))
    #expect(!wire.contains(Array("hello".utf8)))
    let (plain, state) = pair.open(wire, at: pair.server)
    #expect(plain == Array("hello".utf8))
    #expect(state == .open)
  }

  @Test("nothing is sealed before both have agreed") func tooEarly() throws {
    let pair = try Pair(handshake: false)
    #expect(seal([1], at: pair.server) == nil)
    #expect(pair.server.sealEnd() == [])
    pair.shakeHands()
    #expect(seal([1], at: pair.server) != nil)
  }

  @Test("what comes byte by byte is the same") func splits() throws {
    let pair = try Pair(handshake: false)
    _ = pair.open([], at: pair.client)
    while pair.client.hasOutput || pair.server.hasOutput {
      for byte in pair.client.takeOutput() { _ = pair.open([byte], at: pair.server) }
      for byte in pair.server.takeOutput() { _ = pair.open([byte], at: pair.client) }
    }
    let text = Array(repeating: UInt8(7), count: 300)
    let opened = try #require(seal(text, at: pair.client)).flatMap {
      pair.open([$0], at: pair.server).plain
    }
    #expect(opened == text)
  }

  @Test("what is left of one read's records comes in large pieces") func largePieces() throws {
    let pair = try Pair()
    let text = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 >> 4) }
    let wire = try #require(seal(text, at: pair.client))
    var pieces: [Int] = []
    var opened: [UInt8] = []
    _ = pair.server.open(wire.span) {
      pieces.append($0.count)
      opened += $0.span.copy
      return true
    }
    #expect(pieces == [262_144, 262_144, 700_000 - 524_288])
    #expect(opened == text)
  }

  @Test("who wants no more is given no more") func noMore() throws {
    let pair = try Pair()
    let wire = try #require(seal([UInt8](repeating: 1, count: 600_000), at: pair.client))
    var count = 0
    _ = pair.server.open(wire.span) { _ in
      count += 1
      return false
    }
    #expect(count == 1)
  }

  @Test("keys are renewed when the peer asks, without a word about it to anybody") func newKeys()
    throws
  {
    let pair = try Pair()
    let client = try #require(pair.client as? TLSConnection)
    for round in 1...5 {
      #expect(unsafe SSL_key_update(client.ssl, SSL_KEY_UPDATE_REQUESTED) == 1)
      let wire = try #require(seal([UInt8(round)], at: client))
      let (plain, state) = pair.open(wire, at: pair.server)
      #expect(plain == [UInt8(round)] && state == .open)
      // The server's own new key goes before what it seals next, and counts for none of it.
      let text = [UInt8](repeating: 7, count: 20_000)
      var answer: [UInt8] = []
      let foreign = try #require(
        pair.server.seal(text.span, isLast: false) { answer.append(copying: $0) }
      )
      #expect(foreign > 0)
      let own = answer[foreign...]
      #expect(pair.server.plainCount(of: 20_000, sealedTo: own.span, sent: own.count) == 20_000)
      #expect(pair.open(answer, at: client).plain == text)
    }
  }

  @Test("who asks for new keys without end is not answered without end") func floodOfKeys() throws {
    let pair = try Pair()
    let client = try #require(pair.client as? TLSConnection)
    var state = TransportState.open
    for _ in 0..<10_000 where state == .open {
      // OpenSSL forgets what it has asked for when the answer has come; here none ever does.
      unsafe SSL_key_update(client.ssl, SSL_KEY_UPDATE_REQUESTED)
      state = pair.open(try #require(seal([1], at: client)), at: pair.server).1
    }
    #expect(state == .failed("it asks for more than it reads"))
  }

  @Test("the end of a stream is told once, and nothing is sealed behind it") func end() throws {
    let pair = try Pair()
    let wire = try #require(seal([1, 2], at: pair.server, isLast: true))
    let (plain, state) = pair.open(wire, at: pair.client)
    #expect(plain == [1, 2])
    #expect(state == .ended)
    #expect(pair.server.sealEnd() == [])
    #expect(seal([3], at: pair.server) == nil)
    let other = pair.client.sealEnd()
    #expect(pair.open(other, at: pair.server).1 == .ended)
  }

  @Test("changed bytes are noticed, the peer is told, and nothing more is opened or sealed")
  func changed() throws {
    let pair = try Pair()
    var wire = try #require(seal([1, 2, 3], at: pair.client))
    wire[8] ^= 1
    guard case (let plain, .failed(let why)) = pair.open(wire, at: pair.server) else {
      Issue.record("it was believed")
      return
    }
    #expect(plain == [])
    #expect(why.contains("mac"))
    #expect(pair.server.hasOutput)
    #expect(seal([1], at: pair.server) == nil)
    #expect(pair.open([1], at: pair.server).1 == .failed("it has failed before"))
    guard case .failed = pair.open(pair.server.takeOutput(), at: pair.client).1 else {
      Issue.record("the client does not know")
      return
    }
  }

  @Test(
    "of plain text a peer can read what its whole records hold",
    arguments: [1, 5000, 16_384, 16_385, 50_000]
  )
  func plainCount(count: Int) throws {
    let pair = try Pair()
    let text = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let wire = try #require(seal(text, at: pair.server))
    var sent = 0
    var opened = 0
    // Every record's end, one byte before it, and some places between.
    for next in Array(stride(from: 0, through: wire.count, by: 97)) + [wire.count - 1, wire.count]
    where next >= sent {
      opened += pair.open(Array(wire[sent..<next]), at: pair.client).plain.count
      sent = next
      let known = pair.server.plainCount(of: count, sealedTo: wire.span, sent: sent)
      try #require(known == opened, "\(sent) of \(wire.count)")
    }
    #expect(opened == count)
  }

  @Test("bytes that are no records hold nothing") func noRecords() throws {
    let pair = try Pair()
    for bytes: [UInt8] in [[], [23], [23, 3, 3, 0, 9, 1], [23, 3, 3, 0, 1, 1, 0]] {
      #expect(pair.server.plainCount(of: 4, sealedTo: bytes.span, sent: bytes.count) == 0)
    }
  }
}
