import Testing

@testable import Messaging

@Suite("Answers to history") struct HistoryEntryTests {
  private let peer = Array("6001".utf8)

  private func entry(_ body: HistoryEntry.Body) -> HistoryEntry {
    HistoryEntry(
      from: "1001",
      to: "6001",
      id: Array("a1".utf8),
      seq: 7,
      at: 8,
      body: body,
      state: .delivered
    )
  }

  @Test(
    "entries have their bodies",
    arguments: [
      (.inline(.text, Array(#""h\u0069""#.utf8)), #""text":"h\u0069""#),
      (.inline(.plainText, Array("\"".utf8)), #""text":"\"""#),
      (.inline(.data, Array("[1]".utf8)), #""data":[1]"#),
      (.binary(mime: [], name: [], size: 3), #""binary":{"size":3}"#),
      (
        .binary(mime: Array("a/b".utf8), name: Array("n".utf8), size: 3),
        #""binary":{"size":3,"mime":"a/b","name":"n"}"#
      ),
    ] as [(HistoryEntry.Body, String)]
  )
  func bodies(body: HistoryEntry.Body, field: String) {
    let buffer = ReplyBuffer()
    buffer.startHistory(peer: peer.span, ref: [0x37].span)
    #expect(buffer.addToHistory(entry(body)))
    #expect(buffer.addToHistory(entry(body)))
    buffer.endHistory(more: true)
    let one =
      #"{"from":"1001","to":"6001","id":"a1","seq":7,"at":8,"# + field + #","state":"delivered"}"#
    #expect(
      buffer.text == #"{"type":"history","ref":7,"peer":"6001","messages":["# + one + "," + one
        + #"],"more":true}"#
    )
  }

  @Test("there may be none") func none() {
    let buffer = ReplyBuffer()
    buffer.startHistory(peer: peer.span)
    buffer.endHistory(more: false)
    #expect(buffer.text == #"{"type":"history","peer":"6001","messages":[],"more":false}"#)
  }

  @Test("states are those of the protocol") func states() {
    #expect(HistoryEntry.State.allCases.map(\.rawValue) == ["accepted", "delivered", "read"])
  }

  /// How large an answer becomes with two entries, of which the second has so many bytes.
  private func size(_ second: Int, more: Bool = false) -> (isAdded: Bool, bytes: Int) {
    let buffer = ReplyBuffer()
    buffer.startHistory(peer: peer.span)
    #expect(buffer.addToHistory(entry(.inline(.plainText, []))))
    let before = buffer.bytes
    let body = Array(repeating: UInt8(ascii: "x"), count: second)
    let isAdded = buffer.addToHistory(entry(.inline(.plainText, body)))
    if !isAdded { #expect(buffer.bytes == before) }
    buffer.endHistory(more: more)
    return (isAdded, buffer.count)
  }

  @Test("an answer has 256 KiB at most, to the byte") func limit() {
    let overhead = size(0).bytes
    let room = 256 * 1024 - overhead
    #expect(size(room).isAdded && size(room).bytes == 256 * 1024)
    #expect(size(room - 1, more: true).isAdded)
    #expect(!size(room + 1).isAdded)
  }

  @Test("a single message may be larger") func large() {
    let buffer = ReplyBuffer()
    buffer.startHistory(peer: peer.span)
    let body = Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
    #expect(buffer.addToHistory(entry(.inline(.plainText, body))))
    #expect(!buffer.addToHistory(entry(.inline(.plainText, []))))
    buffer.endHistory(more: true)
    #expect(buffer.count > 1 << 20)
  }
}
