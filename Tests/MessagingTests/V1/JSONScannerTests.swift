import Testing

@testable import Messaging

@Suite("JSON scanner (RFC 8259)") struct JSONScannerTests {
  /// `value` as the `data` of a message.
  private func data(_ value: String) -> Reading {
    Reading(#"{"type":"signal","to":"a","data":"# + value + "}")
  }

  /// `value` in a field that nobody knows.
  private func ignored(_ value: String) -> Reading {
    Reading(#"{"type":"ping","unknown":"# + value + "}")
  }

  @Test("takes what is JSON, and finds where it lies", arguments: JSONCases.valid)
  func valid(value: String) throws {
    let text = #"{"type":"signal","to":"a","data":"# + value + "}"
    guard case .signal(let signal) = Reading(text).action else {
      Issue.record("\(value): \(Reading(text))")
      return
    }
    let space: (Character) -> Bool = { " \t\n\r\r\n".contains($0) }
    var trimmed = value[...]
    while let first = trimmed.first, space(first) { trimmed.removeFirst() }
    while let last = trimmed.last, space(last) { trimmed.removeLast() }
    #expect(text.at(signal.data) == String(trimmed))
    #expect(ignored(value).action == .ping(ref: nil), "\(value)")
  }

  @Test("takes twin keys and lone surrogates in `data` only", arguments: JSONCases.lenient)
  func lenient(value: String) {
    #expect(data(value).action != nil)
    switch ignored(value).error {
    case .json(.twinKey), .json(.loneSurrogate): break
    case let other: Issue.record("\(String(describing: other))")
    }
  }

  @Test("refuses what is no JSON", arguments: JSONCases.invalid) func invalid(value: String) {
    for reading in [data(value), ignored(value)] {
      switch reading.error {
      case .json(.unexpected), .json(.incomplete): break
      // The first half of a pair without an escape behind it is found before that is.
      case .json(.loneSurrogate) where reading == ignored(value) && value.contains("uD83D"): break
      default: Issue.record("\(reading)")
      }
    }
  }

  @Test("each text that is cut short is refused", arguments: JSONCases.valid)
  func cut(value: String) {
    let text = Array((#"{"type":"signal","to":"a","data":"# + value + "}").utf8)
    for count in 0..<text.count {
      #expect(Reading(Array(text.prefix(count))).action == nil, "\(count) of \(text.count)")
    }
  }

  @Test("each single byte that is changed leads to something") func changed() {
    // What it must not do is trap, or read differently at the end of memory.
    let text = Array(
      #"{"type":"send","to":"6001","id":"a\u00e91","x":[1e1,{"k":null}],"text":"hi"}"#.utf8
    )
    for place in text.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = text
        changed[place] = byte
        _ = Reading(changed)
      }
    }
  }

  @Test("128 levels of nesting pass, 129 do not", arguments: ["data", "unknown"])
  func depth(field: String) {
    for (levels, passes) in [(1, true), (100, true), (126, true), (127, true), (128, false)] {
      for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
        let last = open == "[" ? open + close : "{}"
        let value =
          String(repeating: open, count: levels - 1) + last
          + String(repeating: close, count: levels - 1)
        // The message itself is one level more.
        let fields = field == "data" ? #""data":"# + value : #""data":1,"x":"# + value
        let reading = Reading(#"{"type":"signal","to":"a","# + fields + "}")
        #expect((reading.action != nil) == passes, "\(levels) levels")
        #expect((reading.error == .json(.tooDeep)) == !passes, "\(levels) levels")
      }
    }
  }

  @Test(
    "sixteen mebibytes of brackets are refused without more ado",
    arguments: ["[", "{", #"{"a":"#]
  )
  func brackets(piece: String) {
    // In two steps, since one piece at a time takes long.
    let block = String(repeating: piece, count: 4096)
    let text = String(repeating: block, count: (16 << 20) / block.utf8.count)
    #expect(data(text).action == nil)
    #expect(Reading(text).action == nil)
  }

  @Test("a message is an object", arguments: ["[]", "1", "null", "\"a\"", "x", " [", "\u{FEFF}{}"])
  func notAnObject(text: String) {
    #expect(Reading(text).error == .json(.notAnObject))
  }

  @Test("nothing follows the object but white space") func end() {
    #expect(Reading("{\"type\":\"ping\"} \t\r\n").action != nil)
    #expect(Reading(" \t\r\n{\"type\":\"ping\"}").action != nil)
    #expect(Reading("{\"type\":\"ping\"}x").error == .json(.unexpected(offset: 15)))
    #expect(Reading("{\"type\":\"ping\"} }").error == .json(.unexpected(offset: 16)))
    #expect(Reading("{\"type\":\"ping\"}\0").error == .json(.unexpected(offset: 15)))
    #expect(Reading("{} ").error == .noType)
  }

  @Test("errors say where") func offsets() {
    #expect(Reading(#"{"type":"ping",}"#).error == .json(.unexpected(offset: 15)))
    #expect(Reading(#"{"type":tru}"#).error == .json(.unexpected(offset: 11)))
    #expect(Reading(#"{"type":"\x"}"#).error == .json(.unexpected(offset: 10)))
    #expect(Reading(#"{"type":"a\ud800"}"#).error == .json(.loneSurrogate(offset: 10)))
    #expect(Reading(#"{"type":"ping","type":1}"#).error == .json(.twinKey(offset: 15)))
    #expect(Reading("").error == .json(.incomplete))
    #expect(Reading(#"{"type":"ping""#).error == .json(.incomplete))
  }
}
