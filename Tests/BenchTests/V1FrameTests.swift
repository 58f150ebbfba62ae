import TestSupport
import Testing
import WebSocketProtocol

@testable import Bench

@Suite("Frames of sotto.v1") struct V1FrameTests {
  private let form = MessageForm(kind: .text, messageBytes: 64, dialect: .v1)

  private func read(_ text: String) -> V1Frame.Kind { V1Frame.read(Array(text.utf8).span, form) }

  private func message(_ number: UInt32, from: UInt32 = 100_001, text: String? = nil) -> String {
    let letters = String(
      decoding: Letters.bytes(of: from) + Letters.bytes(of: number),
      as: UTF8.self
    )
    let filler = String(decoding: form.filler, as: UTF8.self)
    let id = "AAAAAAAA" + letters
    return #"{"type":"message","from":"\#(from)","id":"\#(id)","seq":77,"at":1700000000000,"#
      + #""text":"\#(text ?? letters + filler)"}"#
  }

  @Test("what is sent is JSON, with the number in the id and in the text") func outgoing() throws {
    var frame = form.outgoing(from: 100_001, to: 100_000)
    let places = [
      form.numberOffset(from: 100_001, to: 100_000),
      try #require(form.idNumberOffset(from: 100_001, to: 100_000)),
    ]
    for place in places {
      for (index, letter) in Letters.bytes(of: 5).enumerated() { frame[place + index] ^= letter }
    }
    func letters(_ number: UInt32) -> String {
      String(decoding: Letters.bytes(of: number), as: UTF8.self)
    }
    let id = letters(form.run) + letters(100_001) + letters(5)
    let text = letters(100_001) + letters(5) + String(decoding: form.filler, as: UTF8.self)
    let json = #"{"type":"send","to":"100000","id":"\#(id)","text":"\#(text)"}"#
    #expect(try MessageFormTests.events(in: frame) == [.text(json)])
  }

  @Test("a delivery is read with its sender and numbers") func delivery() {
    #expect(read(message(5)) == .message(from: 100_001, number: 5, seq: 77))
    let again = message(5).replacing(#","text""#, with: #","again":true,"text""#)
    #expect(read(again) == .message(from: 100_001, number: 5, seq: 77))
  }

  @Test("one whose text is not as it was sent has no number") func changed() {
    let good = message(5)
    for wrong in [
      message(5, text: "short"), good.replacing(" far", with: " near"),
      good.replacing(#","text":"IB"#, with: #","text":"AB"#), String(good.dropLast()) + " ",
    ] where wrong != good {
      #expect(read(wrong) == .message(from: 100_001, number: nil, seq: 77), "\(wrong)")
    }
  }

  @Test("answers are told apart") func answers() {
    let id =
      "AAAAAAAA" + String(decoding: Letters.bytes(of: 1) + Letters.bytes(of: 9), as: UTF8.self)
    #expect(read(#"{"type":"accepted","id":"\#(id)","seq":1}"#) == .accepted(number: 9))
    #expect(read(#"{"type":"accepted","id":"x"}"#) == .other)
    #expect(read(#"{"type":"delivered","to":"1","id":"x"}"#) == .delivered)
    #expect(read(#"{"type":"welcome","client":"1","log":"ab"}"#) == .welcome(log: Array("ab".utf8)))
    #expect(read(#"{"type":"error"}"#) == .other)
  }

  @Test("received names the log and the number") func received() {
    #expect(
      V1Frame.received(log: Array("ab".utf8), seq: 7)
        == Array(#"{"type":"received","log":"ab","seq":7}"#.utf8)
    )
  }
}
