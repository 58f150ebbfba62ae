import Testing

@testable import Messaging

@Suite("Writing replies") struct ReplyBufferRepliesTests {
  private let name = Array("1001".utf8)
  private let id = Array("a1".utf8)
  private let ref = Array("7".utf8)

  @Test("each type has its fields") func types() {
    func expect(_ text: String, _ write: (ReplyBuffer) -> Void) {
      #expect(ReplyBuffer.text(write) == text)
    }
    expect(#"{"type":"accepted","id":"a1","seq":7,"at":8,"state":"sent"}"#) {
      $0.accepted(id: id.span, seq: 7, at: 8, .sent)
    }
    expect(#"{"type":"accepted","id":"a1","seq":7,"at":8,"state":"kept"}"#) {
      $0.accepted(id: id.span, seq: 7, at: 8, .kept)
    }
    expect(#"{"type":"delivered","to":"1001","id":"a1"}"#) {
      $0.delivered(to: name.span, id: id.span)
    }
    expect(#"{"type":"read","to":"1001","id":"a1"}"#) { $0.read(to: name.span, id: id.span) }
    expect(#"{"type":"signal","from":"1001","data":7}"#) {
      $0.signal(from: name.span, data: ref.span)
    }
    expect(#"{"type":"presence","peer":"1001","online":true}"#) {
      $0.presence(peer: name.span, isOnline: true)
    }
    expect(#"{"type":"presence","peer":"1001","online":false}"#) {
      $0.presence(peer: name.span, isOnline: false)
    }
    expect(#"{"type":"gap","from":"1001","count":3}"#) { $0.gap(from: name.span, count: 3) }
    expect(#"{"type":"bye","code":4001}"#) { $0.bye(code: 4001, retry: nil) }
    expect(#"{"type":"bye","code":1001,"retry":250}"#) { $0.bye(code: 1001, retry: 250) }
    expect(#"{"type":"pong"}"#) { $0.pong() }
    expect(#"{"type":"pong","ref":7}"#) { $0.pong(ref: ref.span) }
  }

  @Test("a leave has its reason", arguments: LeaveReason.allCases) func left(reason: LeaveReason) {
    let text = #"{"type":"left","peer":"1001","at":9,"why":"\#(reason.rawValue)","after":15000}"#
    #expect(
      ReplyBuffer.text { $0.left(peer: name.span, at: 9, why: reason, after: 15_000) } == text
    )
    #expect(["closed", "lost", "removed", "slow"].contains(reason.rawValue))
  }

  @Test("an error names what it answers") func errors() {
    let start = #"{"type":"error","code":"too_large","message":"\"No.\"""#
    let buffer = ReplyBuffer()
    buffer.error(.tooLarge, "\"No.\"")
    #expect(buffer.text == start + "}")
    buffer.error(.tooLarge, "\"No.\"", id: id.span)
    #expect(buffer.text == start + #","id":"a1"}"#)
    buffer.error(.tooLarge, "\"No.\"", id: id.span, ref: ref.span)
    #expect(buffer.text == start + #","id":"a1","ref":7}"#)
  }

  @Test("a refusal is answered as it was asked") func refusals() throws {
    let frame = Array(#"{"type":"x","id":"\u0061","ref": "\/"}"#.utf8)
    guard case .refused(let refusal) = Reading(frame) else { throw RequestError.noType }
    let text = ReplyBuffer.text { $0.error(refusal, in: frame.span) }
    #expect(
      text.hasPrefix(#"{"type":"error","code":"bad_request","message":"The \"type\" is none"#)
    )
    #expect(text.hasSuffix(#","id":"\u0061","ref":"\/"}"#))
    let bare = Array("{".utf8)
    guard case .refused(let refusal) = Reading(bare) else { throw RequestError.noType }
    #expect(ReplyBuffer.text { $0.error(refusal, in: bare.span) }.hasSuffix("too early.\"}"))
  }
}
