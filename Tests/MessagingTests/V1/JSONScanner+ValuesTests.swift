import Testing

@testable import Messaging

@Suite("JSON values") struct JSONScannerValuesTests {
  /// Reads one value.
  private func value(_ text: String) throws -> JSONToken {
    let bytes = Array(text.utf8)
    var scanner = JSONScanner(bytes.span)
    var keys = UnknownKeys()
    let token = try scanner.value(.strict, depth: 0, keys: &keys)
    #expect(scanner.offset == token.end)
    return token
  }

  @Test(
    "a value is known by its kind",
    arguments: [
      ("\"a\"", .string), ("\"\\n\"", .escapedString), ("-1.5e3", .number), ("{}", .object),
      ("[]", .array), ("true", .true), ("false", .false), ("null", .null),
    ] as [(String, JSONToken.Kind)]
  )
  func kinds(text: String, kind: JSONToken.Kind) throws {
    #expect(try value(text) == JSONToken(kind, 0..<text.utf8.count))
    #expect(try value("  " + text + " ,") == JSONToken(kind, 2..<2 + text.utf8.count))
  }

  @Test("outside of any object, 128 levels pass, 129 do not") func depth() throws {
    let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try value(deepest).kind == .array)
    #expect(throws: JSONError.tooDeep) { try value("[" + deepest + "]") }
  }

  @Test("keys are compared within their object") func keys() throws {
    #expect(try value(#"{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}}"#).kind == .object)
    #expect(throws: JSONError.twinKey(offset: 15)) { try value(#"{"a":{"b":1,   "b":2}}"#) }
    #expect(throws: JSONError.twinKey(offset: 13)) { try value(#"{"a":{"b":1},"a":2}"#) }
  }
}
