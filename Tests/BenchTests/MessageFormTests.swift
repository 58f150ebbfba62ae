import TestSupport
import Testing
import WebSocketProtocol

@testable import Bench

@Suite("The form of messages") struct MessageFormTests {
  @Test(
    "a frame has target, sender, room for the number, and filler",
    arguments: [16, 64, 126, 4096]
  )
  func outgoing(bytes: Int) throws {
    let form = MessageForm(kind: .text, messageBytes: bytes)
    var frame = form.outgoing(from: 100_001, to: 100_000)
    let offset = form.numberOffset(from: 100_001, to: 100_000)
    for (index, letter) in Letters.bytes(of: 5).enumerated() { frame[offset + index] ^= letter }
    let sender = String(decoding: Letters.bytes(of: 100_001), as: UTF8.self)
    let number = String(decoding: Letters.bytes(of: 5), as: UTF8.self)
    let filler = String(decoding: form.filler, as: UTF8.self)
    #expect(try Self.events(in: frame) == [.text("100000:\(sender)\(number)\(filler)")])
    #expect(form.filler.count == bytes - 16)
  }

  @Test("long filler is sent apart, and is masked for its place") func apart() throws {
    let form = MessageForm(kind: .binary, messageBytes: 5000)
    #expect(!form.isCopied)
    var frame = form.outgoing(from: 100_000, to: 1_234_567)
    let offset = form.numberOffset(from: 100_000, to: 1_234_567)
    #expect(frame.count == offset + 8)
    for (index, letter) in Letters.bytes(of: 0).enumerated() { frame[offset + index] ^= letter }
    let message = Letters.bytes(of: 100_000) + Letters.bytes(of: 0) + form.filler
    #expect(
      try Self.events(in: frame + form.maskedFiller(to: 1_234_567))
        == [.binary(Array("1234567:".utf8) + message)]
    )
  }

  @Test("a delivery starts with header, prefix and sender") func delivered() {
    let text = MessageForm(kind: .text, messageBytes: 64)
    #expect(text.prefix(from: 100_000) == Array("Client #100000 says: ".utf8))
    let letters = Letters.bytes(of: 100_000)
    #expect(text.delivered(from: 100_000) == [0x81, 85] + text.prefix(from: 100_000) + letters)
    #expect(text.idOffset == 10)
    let binary = MessageForm(kind: .binary, messageBytes: 200)
    #expect(
      binary.delivered(from: 100_000) == [0x82, 126, 0, 207] + Array("100000:".utf8) + letters
    )
    #expect(binary.idOffset == 4)
  }

  static func events(in frame: [UInt8]) throws -> [MessageRecorder.Event] {
    var bytes = frame
    let recorder = MessageRecorder()
    var reader = MessageReader(from: .client)
    var span = bytes.mutableSpan
    try reader.receive(&span, limits: Limits(), into: recorder)
    return recorder.events
  }
}
