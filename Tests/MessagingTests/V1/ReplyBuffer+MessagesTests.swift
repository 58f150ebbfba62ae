import Testing

@testable import Messaging

@Suite("Writing messages") struct ReplyBufferMessagesTests {
  private let name = Array("10\"01".utf8)
  private let id = Array("a\\1".utf8)

  @Test(
    "a message goes out with its body",
    arguments: [
      (.text, #""h\u0069""#, #""text":"h\u0069""#), (.plainText, "h\"i\n", #""text":"h\"i\n""#),
      (.data, #"{ "a": 1 }"#, #""data":{ "a": 1 }"#),
    ] as [(BodyForm, String, String)]
  )
  func message(form: BodyForm, body: String, field: String) {
    let bytes = Array(body.utf8)
    let start = #"{"type":"message","from":"10\"01","id":"a\\1","seq":7,"at":1700000000000,"#
    let buffer = ReplyBuffer()
    buffer.message(from: name.span, id: id.span, seq: 7, at: 1_700_000_000_000, form, bytes.span)
    #expect(buffer.text == start + field + "}")
    buffer.message(
      from: name.span,
      id: id.span,
      seq: 7,
      at: 1_700_000_000_000,
      again: true,
      form,
      bytes.span
    )
    #expect(buffer.text == start + #""again":true,"# + field + "}")
    buffer.copy(to: name.span, id: id.span, seq: 0, at: 1, form, bytes.span)
    #expect(
      buffer.text == #"{"type":"copy","to":"10\"01","id":"a\\1","seq":0,"at":1,"# + field + "}"
    )
  }

  @Test("a message can go out in pieces", arguments: [BodyForm.text, .data]) func pieces(
    form: BodyForm
  ) {
    let body = Array(#""hi""#.utf8)
    let whole = ReplyBuffer()
    let start = ReplyBuffer()
    for again in [false, true] {
      whole.message(from: name.span, id: id.span, seq: 7, at: 8, again: again, form, body.span)
      start.startMessage(from: name.span, id: id.span, seq: 7, at: 8, again: again, form)
      #expect(start.bytes + body + ReplyBuffer.endOfMessage == whole.bytes)
    }
    whole.copy(to: name.span, id: id.span, seq: 7, at: 8, form, body.span)
    start.startCopy(to: name.span, id: id.span, seq: 7, at: 8, form)
    #expect(start.bytes + body + ReplyBuffer.endOfMessage == whole.bytes)
  }

  @Test("a binary message has the length of its header first") func binary() {
    let mime = Array("image/png".utf8)
    let file = Array("é\".png".utf8)
    let ref = Array("\"r\"".utf8)
    let buffer = ReplyBuffer()
    buffer.binaryMessage(from: name.span, id: id.span, seq: 7, at: 8)
    let bare = #"{"type":"message","from":"10\"01","id":"a\\1","seq":7,"at":8}"#
    #expect(buffer.bytes == binaryFrame(bare))
    buffer.binaryMessage(
      from: name.span,
      id: id.span,
      seq: 7,
      at: 8,
      again: true,
      mime: mime.span,
      name: file.span,
      ref: ref.span
    )
    let full =
      bare.dropLast() + #","again":true,"mime":"image/png","name":"é\".png","ref":"r"}"#
    #expect(buffer.bytes == binaryFrame(String(full)))
    buffer.binaryCopy(to: name.span, id: id.span, seq: 7, at: 8, mime: mime.span)
    let copy = #"{"type":"copy","to":"10\"01","id":"a\\1","seq":7,"at":8,"mime":"image/png"}"#
    #expect(buffer.bytes == binaryFrame(copy))
    buffer.binaryCopy(to: name.span, id: id.span, seq: 7, at: 8, name: file.span, ref: ref.span)
    let named = copy.split(separator: ",\"mime")[0] + #","name":"é\".png","ref":"r"}"#
    #expect(buffer.bytes == binaryFrame(String(named)))
  }

  @Test("the longest names and labels fit into a header") func longest() {
    let party = Array(repeating: UInt8(ascii: "\""), count: 64)
    let id = Array(repeating: UInt8(1), count: 64)
    let mime = Array(repeating: UInt8(ascii: "\""), count: 127)
    let name = Array(repeating: UInt8(ascii: "\""), count: 255)
    let ref = Array(("\"" + String(repeating: "\\u0001", count: 64) + "\"").utf8)
    let buffer = ReplyBuffer()
    buffer.binaryMessage(
      from: party.span,
      id: id.span,
      seq: .max,
      at: .max,
      again: true,
      mime: mime.span,
      name: name.span,
      ref: ref.span
    )
    #expect(buffer.count < 2048)
    let bytes = buffer.bytes
    #expect(Int(bytes[0]) << 8 + Int(bytes[1]) == bytes.count - 2)
  }

  @Test("any text that is sent comes back", arguments: [BodyForm.text, .plainText])
  func roundTrip(form: BodyForm) throws {
    let alphabet = Array("ab\"\\/\n\0\u{1F}é日😀\u{2028}z".unicodeScalars)
    for _ in 0..<1000 {
      var view = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...40) { view.append(alphabet.randomElement() ?? "a") }
      let text = String(view)
      let token = ReplyBuffer.text { $0.appendString(text) }
      let body = Array((form == .text ? token : text).utf8)
      let message = ReplyBuffer.text {
        $0.message(from: name.span, id: id.span, seq: 1, at: 2, form, body.span)
      }
      // With the type and target of a request, its fields can be read.
      let request =
        #"{"type":"send","to":"a","#
        + message.split(separator: "\",", maxSplits: 2)[2]
      let send = try #require(Reading(request).send)
      guard case .text(let string) = send.body else { throw RequestError.notOneBody }
      #expect(request.characters(string) == text)
      #expect(request.characters(send.id) == "a\\1")
    }
  }
}
