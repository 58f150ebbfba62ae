import Testing

@testable import Messaging

@Suite("Values of fields") struct RequestFieldsValuesTests {
  private static func x(_ count: Int) -> String { String(repeating: "x", count: count) }

  // MARK: id

  @Test("an id has 1 to 64 bytes", arguments: [(0, false), (1, true), (64, true), (65, false)])
  func idLength(count: Int, isValid: Bool) {
    for type in ["send", "read"] {
      for character in ["x", #"\u0078"#] {
        let id = String(repeating: character, count: count)
        let text = #"{"type":""# + type + #"","to":"a","text":"","id":""# + id + "\"}"
        let reading = Reading(text)
        #expect((reading.action != nil) == isValid)
        #expect(reading.error == (isValid ? nil : .invalid(.id)))
        #expect((reading.reference.id != nil) == isValid)
      }
    }
  }

  @Test("the length of an id is that of its UTF-8") func idBytes() {
    let valid = String(repeating: "😀", count: 16)
    #expect(Reading(#"{"type":"send","to":"a","text":"","id":""# + valid + "\"}").send != nil)
    #expect(Reading(#"{"type":"send","to":"a","text":"","id":""# + valid + "x\"}").send == nil)
    let escaped = String(repeating: #"\ud83d\ude00"#, count: 16)
    #expect(Reading(#"{"type":"send","to":"a","text":"","id":""# + escaped + "\"}").send != nil)
  }

  @Test("ids of one's own do not begin with ~", arguments: ["~", "~1", #"\u007e1"#])
  func serverIDs(id: String) {
    let reading = Reading(#"{"type":"send","to":"a","text":"","id":""# + id + "\"}")
    #expect(reading.error == .invalid(.id))
    #expect(reading.reference.id != nil)
    #expect(Reading(#"{"type":"read","to":"a","id":""# + id + "\"}").action != nil)
    #expect(Reading(#"{"type":"send","to":"a","text":"","id":"1~"}"#).send != nil)
  }

  @Test("an id is a string", arguments: ["1", "null", "{}", "[]", "true"]) func idKind(
    value: String
  ) {
    let reading = Reading(#"{"type":"send","to":"a","text":"","id":"# + value + "}")
    #expect(reading.error == .invalid(.id) && reading.reference.id == nil)
    #expect(Reading(#"{"type":"send","to":"a","text":""}"#).error == .missing(.id))
  }

  // MARK: to and peer

  @Test(
    "a target is a client's id",
    arguments: [
      ("1001", true), ("é", true), ("日本", true), (#"\u0031"#, true), ("", false), ("a b", false),
      ("a:b", false), ("a/b", false), (#"a\/b"#, false), (#"\n"#, false), (#"\u00a0"#, false),
      ("\u{3000}", false), (#"\u007f"#, false), ("\u{7F}", false), (x(64), true), (x(65), false),
      ("~", true),
    ]
  )
  func targets(name: String, isValid: Bool) {
    let texts = [
      #"{"type":"send","id":"1","text":"","to":"NAME"}"#,
      #"{"type":"signal","data":1,"to":"NAME"}"#,
      #"{"type":"read","id":"1","to":"NAME"}"#, #"{"type":"history","peer":"NAME"}"#,
    ]
    for text in texts {
      let parts = text.split(separator: "NAME", omittingEmptySubsequences: false)
      let error = Reading(parts[0] + name + parts[1]).error
      #expect(error?.code == (isValid ? nil : .badTarget), "\(text)")
    }
  }

  @Test("a target is a string", arguments: ["1001", "null", "[]", "{}"]) func targetKind(
    value: String
  ) {
    let error = Reading(#"{"type":"send","id":"1","text":"","to":"# + value + "}").error
    #expect(error == .targetNotString(.to) && error?.code == .badTarget)
  }

  // MARK: Numbers

  @Test(
    "a number is whole, from 0 to 2^53 − 1",
    arguments: [
      ("0", 0), ("-0", 0), ("1", 1), ("1e3", 1000), ("1.0", 1),
      ("9007199254740991", 9_007_199_254_740_991),
      ("9007199254740992", nil), ("1e300", nil), ("-1", nil), ("0.5", nil), ("\"1\"", nil),
      ("null", nil),
      ("true", nil), ("[1]", nil), ("1e-1", nil),
    ] as [(String, UInt64?)]
  )
  func numbers(text: String, number: UInt64?) {
    let fetch = Reading(#"{"type":"fetch","seq":"# + text + "}")
    #expect(fetch.action == number.map { .fetch(Request.Fetch(seq: $0, ref: nil)) })
    #expect(fetch.error == (number == nil ? .invalid(.seq) : nil))
    guard text != "null" else { return }
    let history = Reading(#"{"type":"history","peer":"a","before":"# + text + "}")
    #expect(history.error == (number == nil ? .invalid(.before) : nil))
  }

  @Test(
    "limit is 50 by itself and 100 at most",
    arguments: [
      ("null", 50), ("1", 1), ("50", 50), ("99", 99), ("100", 100), ("101", 100), ("1e2", 100),
      ("9007199254740992", 100), ("1e300", 100), ("0", nil), ("-1", nil), ("0.5", nil),
      ("1.5", nil),
      ("\"5\"", nil), ("[]", nil), ("-0", nil), ("100.5", nil),
    ] as [(String, Int?)]
  )
  func limits(text: String, limit: Int?) {
    let reading = Reading(#"{"type":"history","peer":"a","limit":"# + text + "}")
    if case .history(let history) = reading.action { #expect(history.limit == limit) }
    #expect(reading.error == (limit == nil ? .invalid(.limit) : nil))
  }

  @Test("without a limit it is 50, and `before` may be null") func defaults() {
    for text in [
      #"{"type":"history","peer":"a"}"#, #"{"type":"history","peer":"a","before":null}"#,
    ] {
      guard case .history(let history) = Reading(text).action else {
        Issue.record("\(text)")
        continue
      }
      #expect(history.limit == 50 && history.before == nil && history.ref == nil)
    }
  }

  // MARK: ref

  @Test(
    "a ref is a string or number of at most 64 bytes",
    arguments: [
      (#""""#, true), (#""a""#, true), ("0", true), ("-1.5e+30", true), (#""\n\u0041""#, true),
      ("\"" + x(64) + "\"", true), ("\"" + x(65) + "\"", false), ("\"" + x(63) + "é\"", false),
      (String(repeating: "1", count: 64), true), (String(repeating: "1", count: 65), false),
      ("\"" + String(repeating: #"\u0041"#, count: 64) + "\"", true),
      ("true", false), ("{}", false), ("[1]", false),
    ]
  )
  func refs(ref: String, isValid: Bool) {
    for start in [
      #"{"type":"ping""#, #"{"type":"fetch","seq":1"#, #"{"type":"history","peer":"a""#,
    ] {
      let text = start + #","ref":"# + ref + "}"
      let reading = Reading(text)
      #expect(reading.error == (isValid ? nil : .invalid(.ref)))
      #expect(text.at(reading.reference.ref) == (isValid ? ref : nil))
    }
    // Elsewhere it is for errors only, and one that cannot be sent back is left out.
    let text = #"{"type":"send","to":"a","id":"1","text":"","ref":"# + ref + "}"
    #expect(Reading(text).send != nil)
    #expect(text.at(Reading(text).reference.ref) == (isValid ? ref : nil))
  }

  @Test("a ref that is null is none") func nullRef() {
    #expect(Reading(#"{"type":"ping","ref":null}"#).action == .ping(ref: nil))
  }

  // MARK: token, mime and name

  @Test(
    "a token has 1 to 16,384 bytes",
    arguments: [(0, false), (1, true), (16_384, true), (16_385, false)]
  )
  func tokens(count: Int, isValid: Bool) {
    let error = Reading(#"{"type":"auth","token":""# + Self.x(count) + "\"}").error
    #expect(error == (isValid ? nil : .invalid(.token)))
  }

  @Test("labels are strings", arguments: ["mime", "name"], ["1", "[]", "true"])
  func labels(field: String, value: String) {
    let header = #"{"type":"send","to":"a","id":"1",""# + field + "\":" + value + "}"
    let error = Reading(binaryFrame(header), .binary).error
    #expect(error == .invalid(field == "mime" ? .mime : .name))
    // In a text message they mean nothing.
    #expect(Reading(header.dropLast() + #","text":""}"#).send != nil)
  }

  @Test("labels are judged by their characters, not their escapes") func labelEscapes() {
    let valid = #"{"type":"send","to":"a","id":"1","mime":"image\/png","name":"\u00e9"}"#
    #expect(Reading(binaryFrame(valid), .binary).send != nil)
    let invalid = #"{"type":"send","to":"a","id":"1","name":"a\/b"}"#
    #expect(Reading(binaryFrame(invalid), .binary).error == .invalid(.name))
  }
}
