import Foundation
import Testing

@testable import Messaging

/// The examples of `docs/protocol.md`: what clients send is taken, what the server sends is written so.
@Suite("Examples of the protocol page") struct ProtocolPageTests {
  /// The page's examples of JSON by the heading of the second level that they stand below.
  static let examples: [String: [String]] = {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/protocol.md")
    guard let text = try? String(contentsOf: page, encoding: .utf8) else { return [:] }
    var examples: [String: [String]] = [:]
    var heading = ""
    var block: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
      if line == "```json" {
        block = []
      } else if line == "```", let lines = block {
        examples[heading, default: []].append(lines.joined(separator: "\n"))
        block = nil
      } else {
        block?.append(line)
      }
    }
    return examples
  }()

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("what a client sends is taken, each type at least once") func requests() throws {
    let examples = try #require(Self.examples["What a client sends"])
    for example in examples { #expect(Reading(example).action != nil, "\(example)") }
    for type in Request.typeNames {
      #expect(examples.contains { $0.hasPrefix("{\"type\":\"\(type)\"") }, "\(type)")
    }
  }

  @Test("binary headers are those that are taken and written") func headers() throws {
    let examples = try #require(Self.examples["Binary messages"])
    #expect(examples.count == 3)
    #expect(Reading(binaryFrame(examples[0], [1, 2]), .binary).send != nil)
    let (png, name, id) = (bytes("image/png"), bytes("cat.png"), bytes("r4Zq81LmPw3xVb0v"))
    let buffer = ReplyBuffer()
    buffer.binaryMessage(
      from: bytes("1001").span,
      id: id.span,
      seq: 77,
      at: 1_700_000_001_000,
      mime: png.span,
      name: name.span
    )
    #expect(buffer.bytes == binaryFrame(examples[1]))
    buffer.binaryCopy(
      to: bytes("6001").span,
      id: id.span,
      seq: 981,
      at: 1_700_000_001_000,
      mime: png.span,
      name: name.span,
      ref: bytes("7").span
    )
    #expect(buffer.bytes == binaryFrame(examples[2]))
  }

  @Test("what the server sends is what it writes") func replies() throws {
    let examples = try #require(Self.examples["What the server sends"])
    let written = messages + notices
    for example in examples { #expect(written.contains(example), "\(example)") }
    #expect(examples.count == written.count)
  }

  private var messages: [String] {
    let (peer, mine, theirs) = (bytes("6001"), bytes("r4Zq81LmPw3xVb0s"), bytes("k2Jd93NfQa7yTc5u"))
    let writes: [(ReplyBuffer) -> Void] = [
      {
        let text = bytes(#""Hello, \"you\"""#)
        $0.message(
          from: peer.span,
          id: theirs.span,
          seq: 1042,
          at: 1_700_000_000_123,
          .text,
          text.span
        )
      },
      {
        let data = bytes(#"{"kind":"move","from":"e7","to":"e5"}"#)
        let (id, at) = (bytes("~9"), UInt64(1_700_000_000_456))
        $0.message(from: peer.span, id: id.span, seq: 1043, at: at, again: true, .data, data.span)
      },
      {
        let text = bytes("Hello, \"world\" 👋")
        $0.copy(
          to: peer.span,
          id: mine.span,
          seq: 1044,
          at: 1_700_000_000_789,
          .plainText,
          text.span
        )
      },
      { $0.accepted(id: mine.span, seq: 1044, at: 1_700_000_000_789, .sent) },
      { $0.delivered(to: peer.span, id: mine.span) },
      { $0.read(to: peer.span, id: mine.span) },
      {
        $0.startHistory(peer: peer.span, ref: bytes("\"h1\"").span)
        for entry in entries { _ = $0.addToHistory(entry) }
        $0.endHistory(more: true)
      },
    ]
    return writes.map { ReplyBuffer.text($0) }
  }

  private var entries: [HistoryEntry] {
    [
      HistoryEntry(
        from: "6001",
        to: "1001",
        id: bytes("k2Jd93NfQa7yTc5u"),
        seq: 982,
        at: 1_700_000_000_123,
        body: .inline(.plainText, bytes("Look:")),
        state: .read
      ),
      HistoryEntry(
        from: "6001",
        to: "1001",
        id: bytes("~8"),
        seq: 981,
        at: 1_700_000_000_100,
        body: .binary(mime: bytes("image/png"), name: bytes("cat.png"), size: 48_213),
        state: .delivered
      ),
    ]
  }

  private var notices: [String] {
    let peer = bytes("6001")
    let welcome = Welcome(
      client: "1001",
      server: "sotto/1.0.0",
      log: "5f0c2a9e",
      heartbeatInterval: 10_000,
      heartbeatTimeout: 5000,
      leaveWithin: 15_100,
      messageBytes: 16_777_216,
      rate: 0,
      dedup: 604_800_000,
      pending: 2
    )
    let writes: [(ReplyBuffer) -> Void] = [
      { $0.welcome(welcome) },
      { $0.signal(from: peer.span, data: bytes(#"{"typing":true}"#).span) },
      { $0.presence(peer: peer.span, isOnline: true) },
      { $0.left(peer: peer.span, at: 1_700_000_060_000, why: .lost, after: 15_000) },
      { $0.gap(from: peer.span, count: 3) },
      { $0.bye(code: 1001, retry: 1830) },
      {
        let error = RequestError.notOneBody
        $0.error(error.code, error.sentence, id: bytes("r4Zq81LmPw3xVb0u").span)
      },
      { $0.pong(ref: bytes("1").span) },
    ]
    return writes.map { ReplyBuffer.text($0) }
  }

  @Test("the limits that the page tells are those that hold") func limits() {
    #expect(JSONScanner.maximumDepth == 128 && UnknownKeys.maximumCount == 256)
    #expect(Request.maximumIDBytes == 64 && Request.maximumRefBytes == 64)
    #expect(ClientID.maximumBytes == 64 && Request.maximumPeers == 1000)
    #expect(MediaLabel.maximumMediaTypeBytes == 127 && MediaLabel.maximumFileNameBytes == 255)
    #expect(Request.defaultLimit == 50 && Request.maximumLimit == 100)
    #expect(ReplyBuffer.historyBytes == 256 * 1024 && Request.maximumTokenBytes == 16_384)
  }
}
