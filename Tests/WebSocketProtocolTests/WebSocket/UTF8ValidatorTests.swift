import Testing
import WebSocketProtocol

@Suite("UTF-8 validator (RFC 3629)") struct UTF8ValidatorTests {
  /// What is said of some bytes that arrive in the parts between `cuts`: whether the text may end
  /// there, and which part was the first that could not be.
  private struct Verdict: Equatable {
    var isComplete = false
    var failedPart: Int?

    init(_ bytes: [UInt8], cuts: [Int]) {
      var validator = UTF8Validator()
      var start = 0
      for (part, end) in (cuts + [bytes.count]).enumerated() {
        guard validator.accept(Array(bytes[start..<end]).span) else {
          failedPart = part
          return
        }
        start = end
      }
      isComplete = validator.isComplete
    }
  }

  /// Expects `bytes` to fail at `offset` or nowhere, in one part, byte by byte and in all splits
  /// into two and three.
  private func expect(
    _ bytes: [UInt8],
    failsAt offset: Int? = nil,
    isComplete: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var splits = [[], Array(bytes.indices.dropFirst())]
    for first in 0...bytes.count {
      splits.append([first])
      for second in first...bytes.count { splits.append([first, second]) }
    }
    for cuts in splits {
      let verdict = Verdict(bytes, cuts: cuts)
      let expectedPart = offset.map { offset in cuts.count { $0 <= offset } }
      #expect(verdict.failedPart == expectedPart, "\(cuts)", sourceLocation: sourceLocation)
      guard offset == nil else { continue }
      #expect(verdict.isComplete == isComplete, "\(cuts)", sourceLocation: sourceLocation)
    }
    let isValid = offset == nil && isComplete
    #expect(UTF8Validator.isValid(bytes.span) == isValid, sourceLocation: sourceLocation)
  }

  @Test(
    "text is valid in any split",
    arguments: ["", "a", "hello", "κόσμε", "a€b", "😀", "naïve €5 😀!", "\u{0}", "🇩🇪e\u{301}"]
  )
  func valid(text: String) {
    expect(Array(text.utf8))
  }

  @Test(
    "the first and the last character of each length are valid",
    arguments: [
      [0x00], [0x7f], [0xc2, 0x80], [0xdf, 0xbf], [0xe0, 0xa0, 0x80], [0xef, 0xbf, 0xbf],
      [0xf0, 0x90, 0x80, 0x80], [0xf4, 0x8f, 0xbf, 0xbf],
      // On both sides of the surrogates, and those that are no characters.
      [0xed, 0x9f, 0xbf], [0xee, 0x80, 0x80], [0xef, 0xb7, 0x90], [0xef, 0xbf, 0xbe],
      [0xe1, 0x80, 0x80], [0xec, 0xbf, 0xbf], [0xf1, 0x80, 0x80, 0x80], [0xf3, 0xbf, 0xbf, 0xbf],
      [0xf0, 0xbf, 0xbf, 0xbf], [0xf4, 0x80, 0x80, 0x80],
    ] as [[UInt8]]
  )
  func boundaries(bytes: [UInt8]) {
    expect(bytes)
    expect([0x61] + bytes + bytes + [0x62])
    for count in 1..<bytes.count { expect(Array(bytes.prefix(count)), isComplete: false) }
  }

  @Test(
    "what no text contains fails at the first impossible byte",
    arguments: [
      // Overlong forms.
      ([0xc0, 0x80], 0), ([0xc1, 0xbf], 0), ([0xe0, 0x80, 0x80], 1), ([0xe0, 0x9f, 0xbf], 1),
      ([0xf0, 0x80, 0x80, 0x80], 1), ([0xf0, 0x8f, 0xbf, 0xbf], 1),
      // Surrogates.
      ([0xed, 0xa0, 0x80], 1), ([0xed, 0xbf, 0xbf], 1), ([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], 1),
      // Above U+10FFFF.
      ([0xf4, 0x90, 0x80, 0x80], 1), ([0xf4, 0xbf, 0xbf, 0xbf], 1), ([0xf5, 0x80, 0x80, 0x80], 0),
      ([0xf8, 0x88, 0x80, 0x80, 0x80], 0), ([0xfe], 0), ([0xff], 0),
      // Continuations without a beginning, and beginnings without a continuation.
      ([0x80], 0), ([0xbf], 0), ([0xc3, 0x28], 1), ([0xc3, 0xc3], 1), ([0xe2, 0x28], 1),
      ([0xe2, 0x82, 0x28], 2), ([0xe2, 0x82, 0xc0], 2), ([0xf0, 0x28], 1),
      ([0xf0, 0x9f, 0x28], 2), ([0xf0, 0x9f, 0x98, 0x28], 3), ([0xf0, 0x9f, 0x98, 0xe2], 3),
      ([0xc3, 0xa9, 0xa9], 2), ([0xe2, 0x82, 0xac, 0xac], 3), ([0xf0, 0x9f, 0x98, 0x80, 0x80], 4),
    ] as [([UInt8], Int)]
  )
  func impossible(bytes: [UInt8], offset: Int) {
    expect(bytes, failsAt: offset)
    expect([0x61, 0xc3, 0xa9] + bytes + [0x62], failsAt: offset + 3)
    expect(Array(bytes.prefix(offset + 1)), failsAt: offset)
  }

  @Test("whole and byte by byte agree on every pair of bytes") func pairs() {
    var disagreements: [[UInt8]] = []
    for first in UInt8.min ... .max {
      for second in UInt8.min ... .max {
        let bytes = [first, second]
        let whole = Verdict(bytes, cuts: [])
        let single = Verdict(bytes, cuts: [1])
        let agree = (whole.failedPart == nil) == (single.failedPart == nil)
        if !agree || whole.isComplete != single.isComplete { disagreements.append(bytes) }
      }
    }
    #expect(disagreements == [])
  }

  @Test("every character of the first planes and the last is valid", arguments: [0, 1, 0x10])
  func planes(plane: UInt32) {
    var refused: [UInt32] = []
    for point in plane << 16...plane << 16 | 0xFFFF {
      guard let character = Unicode.Scalar(point) else { continue }
      let bytes = Array(String(character).utf8)
      var validator = UTF8Validator()
      if !bytes.allSatisfy({ validator.accept([$0].span) }) || !validator.isComplete {
        refused.append(point)
      }
    }
    #expect(refused == [])
  }

  @Test("an empty part changes nothing") func emptyPart() {
    expectProgress([([], true), ([0xe2, 0x82], false), ([], false), ([0xac], true), ([], true)])
  }

  @Test("a validator goes on after a whole text") func goesOn() {
    expectProgress([([0x61], true), ([0xc3], false), ([0xa9, 0xf0], false), ([0x9f], false)])
  }

  /// Expects each part to be accepted, and what is said of the end after it.
  private func expectProgress(
    _ parts: [([UInt8], isComplete: Bool)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var validator = UTF8Validator()
    #expect(validator.isComplete, sourceLocation: sourceLocation)
    for (bytes, isComplete) in parts {
      let isAccepted = validator.accept(bytes.span)
      #expect(isAccepted, sourceLocation: sourceLocation)
      #expect(validator.isComplete == isComplete, sourceLocation: sourceLocation)
    }
  }
}
