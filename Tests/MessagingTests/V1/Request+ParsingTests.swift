import Testing

@testable import Messaging

@Suite("Reading requests") struct RequestParsingTests {
  @Test("a text") func text() throws {
    let text = #"{"type":"send","to":"6001","id":"a1","text":"Hello, \"world\""}"#
    let send = try #require(Reading(text).send)
    #expect(text.characters(send.to) == "6001")
    #expect(text.characters(send.id) == "a1")
    guard case .text(let string) = send.body else { throw RequestError.notOneBody }
    #expect(text.at(string.token) == #""Hello, \"world\"""#)
    #expect(text.characters(string) == "Hello, \"world\"")
  }

  @Test("an empty text is one") func emptyText() throws {
    let send = try #require(Reading(#"{"type":"send","to":"a","id":"1","text":""}"#).send)
    guard case .text(let string) = send.body else { throw RequestError.notOneBody }
    #expect(string.content.isEmpty)
  }

  @Test(
    "data goes through byte for byte",
    arguments: [
      "null", "0", #"{ "a" : [ 1.0e+2 , "\ud800" ] , "a" : 1 }"#, #""é\u00e9""#, "[]", "-0.0",
      "false",
    ]
  )
  func data(value: String) throws {
    let text = "{ \"data\" : \(value) , \"id\":\"1\",\"to\":\"a\",\"type\":\"send\"}"
    let send = try #require(Reading(text).send)
    guard case .data(let range) = send.body else { throw RequestError.notOneBody }
    #expect(text.at(range) == value)
  }

  @Test("the order of fields, white space and unknown fields do not matter") func order() {
    let texts = [
      #"{"text":"hi","id":"1","to":"a","type":"send"}"#,
      "\n{ \"type\" : \"send\" ,\t\"to\":\"a\",\r\n\"id\":\"1\", \"text\":\"hi\" } ",
      #"{"v":2,"type":"send","to":"a","x":{"type":"ping"},"id":"1","text":"hi","mime":7,"seq":[]}"#,
    ]
    for text in texts {
      let send = Reading(text).send
      #expect(text.characters(send?.to) == "a" && text.characters(send?.id) == "1", "\(text)")
    }
  }

  @Test(
    "a message has one body",
    arguments: [
      "", #","text":"a","data":1"#, #","text":"a","data":null"#, #","data":1,"text":null"#,
    ]
  )
  func bodies(fields: String) {
    #expect(Reading(#"{"type":"send","to":"a","id":"1""# + fields + "}").error == .notOneBody)
  }

  @Test("text is a string", arguments: ["1", "null", "true", "{}", "[]"]) func badText(
    value: String
  ) {
    let text = #"{"type":"send","to":"a","id":"1","text":"# + value + "}"
    #expect(Reading(text).error == .invalid(.text))
  }

  @Test(
    "a lone surrogate is no text",
    arguments: [#"\ud800"#, #"a\udc00b"#, #"\ud83d\ud83d\ude00"#]
  )
  func loneSurrogate(text: String) {
    let error = Reading(#"{"type":"send","to":"a","id":"1","text":""# + text + "\"}").error
    guard case .json(.loneSurrogate) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.code == .badRequest)
  }

  @Test("the other types") func others() throws {
    let signal = #"{"type":"signal","to":"a","data":{"typing":true}}"#
    guard case .signal(let value) = Reading(signal).action else { throw RequestError.noType }
    #expect(signal.at(value.data) == #"{"typing":true}"#)
    #expect(signal.characters(value.to) == "a")

    let received = #"{"type":"received","log":"L1","seq":1e3}"#
    guard case .received(let value) = Reading(received).action else { throw RequestError.noType }
    #expect(received.characters(value.log) == "L1" && value.seq == 1000)

    let read = #"{"type":"read","to":"a","id":"~7"}"#
    guard case .read(let value) = Reading(read).action else { throw RequestError.noType }
    #expect(read.characters(value.to) == "a" && read.characters(value.id) == "~7")

    let history = #"{"type":"history","peer":"a","before":9,"limit":7,"ref":"r"}"#
    guard case .history(let value) = Reading(history).action else { throw RequestError.noType }
    #expect(history.characters(value.peer) == "a" && value.before == 9 && value.limit == 7)
    #expect(history.at(value.ref) == #""r""#)

    let fetch = #"{"type":"fetch","seq":9007199254740991,"ref":-1.50}"#
    guard case .fetch(let value) = Reading(fetch).action else { throw RequestError.noType }
    #expect(value.seq == 9_007_199_254_740_991 && fetch.at(value.ref) == "-1.50")

    let auth = #"{"type":"auth","token":"a.b.c"}"#
    guard case .auth(let token) = Reading(auth).action else { throw RequestError.noType }
    #expect(auth.characters(token) == "a.b.c")

    let ping = #"{"type":"ping","ref":7}"#
    guard case .ping(let ref) = Reading(ping).action else { throw RequestError.noType }
    #expect(ping.at(ref) == "7")
    #expect(Reading(#"{"type":"ping"}"#).action == .ping(ref: nil))
    #expect(Reading(#"{"type":"unwatch","peers":[]}"#).action != nil)
  }

  @Test(
    "a type is one of ten",
    arguments: [
      "", "Send", "sends", "sen", "message", "received ", "receiveds", "pong", "s\\u0000end",
      "send\\u0000",
    ]
  )
  func unknownType(type: String) {
    let text = #"{"type":""# + type + #"","id":"1","ref":2}"#
    let reading = Reading(text)
    #expect(reading.error == .unknownType)
    #expect(text.characters(reading.reference.id) == "1")
    #expect(text.at(reading.reference.ref) == "2")
  }

  @Test("each name of a type is known") func names() {
    for name in Request.typeNames {
      #expect(Reading(#"{"type":""# + name + "\"}").error != .unknownType)
    }
  }

  @Test("without a type it is nothing", arguments: ["{}", #"{"type":1}"#, #"{"type":null}"#])
  func noType(text: String) { #expect(Reading(text).error == .noType) }

  @Test(
    "a field that must be there is missed",
    arguments: [
      ("send", .to), ("signal", .to), ("received", .log), ("read", .to), ("watch", .peers),
      ("unwatch", .peers), ("history", .peer), ("fetch", .seq), ("auth", .token),
    ] as [(String, RequestField)]
  )
  func missing(type: String, field: RequestField) {
    #expect(Reading(#"{"type":""# + type + "\"}").error == .missing(field))
  }

  // MARK: Binary messages

  @Test("a binary message has its payload behind the header") func binary() throws {
    let header = #"{"type":"send","to":"a","id":"1","mime":"image/png","name":"Bild é.png"}"#
    let frame = binaryFrame(header, [0, 255, 128])
    let send = try #require(Reading(frame, .binary).send)
    guard case .binary(let binary) = send.body else { throw RequestError.notSend }
    #expect(Array(frame[binary.payload]) == [0, 255, 128])
    #expect(binary.mime?.unescaped(in: frame.span) == Array("image/png".utf8))
    #expect(binary.name?.unescaped(in: frame.span) == Array("Bild é.png".utf8))
    #expect(send.to.unescaped(in: frame.span) == Array("a".utf8))
    #expect(send.id.unescaped(in: frame.span) == Array("1".utf8))
  }

  @Test(
    "payload and labels may be empty",
    arguments: ["", #","mime":"","name":"""#, #","mime":null"#]
  )
  func bareBinary(fields: String) throws {
    let header = #"{"type":"send","to":"a","id":"1""# + fields + "}"
    let send = try #require(Reading(binaryFrame(header), .binary).send)
    let end = header.utf8.count + 2
    #expect(send.body == .binary(Request.Binary(payload: end..<end, mime: nil, name: nil)))
  }

  @Test(
    "a header is as long as it says",
    arguments: [[], [0], [0, 1], [255, 255], [0, 3, 0x7B, 0x7D]]
  )
  func headerLength(frame: [UInt8]) {
    #expect(Reading(frame, .binary).error == .headerLength)
  }

  @Test("a header of 65,535 bytes is one") func longHeader() {
    let start = #"{"type":"send","to":"a","id":"1","x":""#
    let header = start + String(repeating: "x", count: 65_535 - start.utf8.count - 2) + "\"}"
    #expect(header.utf8.count == 65_535)
    #expect(Reading(binaryFrame(header, [1]), .binary).send != nil)
  }

  @Test("a header is JSON of its own, and UTF-8") func badHeader() {
    #expect(Reading([0, 0], .binary).error == .json(.incomplete))
    #expect(Reading(binaryFrame("{", [0x7D]), .binary).error == .json(.incomplete))
    #expect(Reading([0, 2, 0x7B, 0xFF], .binary).error == .json(.notUTF8))
    #expect(Reading(binaryFrame("{}"), .binary).error == .noType)
    let text = #"{"type":"send","to":"a","id":"1","text":"x"}"#
    #expect(Reading(binaryFrame(text), .binary).error == .bodyInHeader)
    let ping = Reading(binaryFrame(#"{"type":"ping","id":"7"}"#), .binary)
    #expect(ping.error == .notSend && ping.reference.id != nil)
    #expect(Reading(binaryFrame(#"{"type":"x"}"#), .binary).error == .unknownType)
  }
}
