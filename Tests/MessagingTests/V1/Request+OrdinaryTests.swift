import Testing

@testable import Messaging

@Suite("Reading ordinary messages") struct RequestOrdinaryTests {
  /// Whether `text` is read as an ordinary message; any reading of it must come to the same.
  private func isOrdinary(_ frame: [UInt8]) -> Bool {
    guard let ordinary = Request(ordinary: frame.span) else { return false }
    let any: Request?
    do throws(Refusal) { any = try Request(any: frame.span, .text) } catch { any = nil }
    #expect(ordinary == any, "\(String(decoding: frame, as: UTF8.self))")
    return true
  }

  private func isOrdinary(_ text: String) -> Bool { isOrdinary(Array(text.utf8)) }

  private let fields = [
    #""type":"send""#, #""to":"6001""#, #""id":"a1""#, #""text":"Hello, world""#,
  ]

  @Test("the fields may have any order") func orders() {
    for a in 0..<4 {
      for b in 0..<4 where b != a {
        for c in 0..<4 where c != a && c != b {
          let order = [a, b, c, 6 - a - b - c].map { fields[$0] }
          #expect(isOrdinary("{" + order.joined(separator: ",") + "}"))
        }
      }
    }
  }

  @Test("each field must be there once") func counts() {
    for place in 0..<4 {
      var less = fields
      less.remove(at: place)
      #expect(!isOrdinary("{" + less.joined(separator: ",") + "}"))
      let more = fields + [fields[place]]
      #expect(!isOrdinary("{" + more.joined(separator: ",") + "}"))
      #expect(!isOrdinary("{" + more.reversed().joined(separator: ",") + "}"))
    }
  }

  @Test("texts and ids of any length are found, wherever their words end", arguments: 0...70)
  func lengths(count: Int) {
    let long = String(repeating: "x", count: count)
    #expect(isOrdinary(#"{"type":"send","to":"a","id":"1","text":""# + long + "\"}"))
    #expect(isOrdinary(#"{"text":""# + long + #"","type":"send","to":"a","id":"1"}"#))
    let isID = 1...64 ~= count
    #expect(isOrdinary(#"{"type":"send","text":"","to":"a","id":""# + long + "\"}") == isID)
    #expect(isOrdinary(#"{"type":"send","text":"","id":"a","to":""# + long + "\"}") == isID)
    #expect(isOrdinary(#"{"to":""# + long + #"","type":"send","text":"","id":"a"}"#) == isID)
  }

  @Test("a text may have escapes, anywhere", arguments: 0...20) func escapes(before: Int) {
    for escape in [#"\n"#, #"\""#, #"\\"#, #"\u00e9"#, #"\ud83d\ude00"#] {
      for after in [0, 1, 7, 8, 40] {
        let text = String(repeating: "x", count: before) + escape
        let all = text + String(repeating: "y", count: after)
        #expect(isOrdinary(#"{"type":"send","to":"a","id":"1","text":""# + all + "\"}"))
        #expect(isOrdinary(#"{"text":""# + all + #"","type":"send","to":"a","id":"1"}"#))
        #expect(!isOrdinary(#"{"type":"send","to":"a","text":"","id":"1"# + all + "\"}"))
        #expect(!isOrdinary(#"{"type":"send","id":"a","text":"","to":"1"# + all + "\"}"))
      }
    }
    for escape in [#"\ud800"#, #"\x"#, #"\u12"#, #"\"#] {
      let text = String(repeating: "x", count: before) + escape
      #expect(!isOrdinary(#"{"type":"send","to":"a","id":"1","text":""# + text + "\"}"))
    }
  }

  @Test("a message that is cut or goes on is none") func ends() {
    let frame = Array(("{" + fields.joined(separator: ",") + "}").utf8)
    for count in 0..<frame.count { #expect(!isOrdinary(Array(frame.prefix(count)))) }
    for byte in UInt8.min...UInt8.max { #expect(!isOrdinary(frame + [byte])) }
  }

  @Test("whatever byte is changed, it comes to the same or is left to others") func changes() {
    for order in [fields, fields.reversed()] {
      let frame = Array(("{" + order.joined(separator: ",") + "}").utf8)
      var ordinary = 0
      for place in frame.indices {
        for byte in UInt8.min...UInt8.max {
          var changed = frame
          changed[place] = byte
          if isOrdinary(changed) { ordinary += 1 }
        }
      }
      // Most of those in the strings: a text may have 221 bytes at each of 12 places, and so on.
      #expect(ordinary > 3000)
    }
  }
}
