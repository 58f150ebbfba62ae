import Testing

@testable import Messaging

@Suite("Digests of messages") struct MessageDigestTests {
  static let key = SipHash.Key(low: 1, high: 2)

  private func digest(_ text: String) throws -> UInt128 {
    let send = try #require(Reading(text).send)
    return send.digest(in: Array(text.utf8).span, key: Self.key)
  }

  private func digest(_ header: String, _ payload: [UInt8]) throws -> UInt128 {
    let frame = binaryFrame(header, payload)
    let send = try #require(Reading(frame, .binary).send)
    return send.digest(in: frame.span, key: Self.key)
  }

  @Test("the same target and body have the same, wherever the fields stand") func same() throws {
    let first = try digest(#"{"type":"send","to":"a","id":"1","text":"hi"}"#)
    #expect(
      try digest(#"{ "text" : "hi", "x":1, "id":"2", "to":"\u0061", "type":"send" }"#) == first
    )
    let png = try digest(#"{"type":"send","to":"a","id":"1","mime":"a/b","name":"n"}"#, [1])
    #expect(try digest(#"{"name":"n","mime":"a\/b","to":"a","id":"1","type":"send"}"#, [1]) == png)
  }

  @Test("another target or body has another") func others() throws {
    var digests = [
      try digest(#"{"type":"send","to":"a","id":"1","text":"hi"}"#),
      try digest(#"{"type":"send","to":"b","id":"1","text":"hi"}"#),
      try digest(#"{"type":"send","to":"a","id":"1","text":"hi "}"#),
      // As sent: the same characters written in another way.
      try digest(#"{"type":"send","to":"a","id":"1","text":"h\u0069"}"#),
      try digest(#"{"type":"send","to":"a","id":"1","data":"hi"}"#),
      try digest(#"{"type":"send","to":"a","id":"1","data": [1]}"#),
      try digest(#"{"type":"send","to":"a","id":"1","data":[ 1]}"#),
      MessageDigest.of(
        to: Array("a".utf8).span,
        .plainText,
        Array("hi".utf8).span,
        key: Self.key
      ),
    ]
    let labels = [
      "", #","mime":"a/b""#, #","name":"a""#, #","mime":"a/b","name":"c""#, #","mime":"a/bc""#,
      #","mime":"a/b","name":"d""#, #","mime":"a/b","name":"cc""#,
    ]
    for label in labels {
      for payload in [[], [0], [1], [0x63], [0x22, 0x68, 0x69, 0x22]] as [[UInt8]] {
        digests.append(try digest(#"{"type":"send","to":"a","id":"1""# + label + "}", payload))
      }
    }
    digests.append(try digest(#"{"type":"send","to":"ab","id":"1"}"#, [0]))
    #expect(Set(digests).count == digests.count)
  }

  @Test("it is that of its parts") func parts() throws {
    let text = #"{"type":"send","to":"a","id":"1","text":"hi"}"#
    let other = MessageDigest.of(
      to: Array("a".utf8).span,
      .text,
      Array("\"hi\"".utf8).span,
      key: Self.key
    )
    #expect(try digest(text) == other)
  }
}
