import Testing

@testable import Messaging

@Suite("JSON numbers") struct JSONNumberTests {
  private func value(_ text: String) -> JSONNumber.Value { JSONNumber.value(Array(text.utf8).span) }

  @Test(
    "whole numbers may be written in any way",
    arguments: [
      ("0", 0), ("-0", 0), ("0.0", 0), ("-0.000", 0), ("0e99999999999999999999", 0), ("0e-5", 0),
      ("1", 1), ("10", 10), ("42", 42), ("1.0", 1), ("1.000000000000000000000000000", 1),
      ("1e3", 1000), ("1E+3", 1000), ("1000e-3", 1), ("1.5e1", 15), ("0.001e3", 1),
      ("12.50e2", 1250),
      ("100e-2", 1), ("1e15", 1_000_000_000_000_000), ("999999999999999", 999_999_999_999_999),
      ("1000000000000000", 1_000_000_000_000_000), ("9007199254740991", 9_007_199_254_740_991),
      ("9007199254740991.0", 9_007_199_254_740_991),
      ("9.007199254740991e15", 9_007_199_254_740_991),
      ("90071992547409910e-1", 9_007_199_254_740_991), ("1010101", 1_010_101),
      ("1000001.0", 1_000_001),
      ("100000000000000000000000000000000000000000e-41", 1), ("0.00000000000000000000000001e26", 1),
    ] as [(String, UInt64)]
  )
  func whole(text: String, number: UInt64) { #expect(value(text) == .whole(number)) }

  @Test(
    "beyond 2^53 − 1 they are large",
    arguments: [
      "9007199254740992", "9007199254740991.0e1", "9007199254740993", "18446744073709551616",
      "1e16",
      "1e17", "1e400", "1e999999999999999999999999999", "123456789012345678901234567890",
      "10000000000000000000000000000001", "1000000000000000000000000000000000000000000",
    ]
  )
  func large(text: String) { #expect(value(text) == .large) }

  @Test(
    "below zero and with fractions they are not taken",
    arguments: [
      "-1", "-1e3", "-0.5", "-9007199254740992", "0.5", "1.5", "1e-1", "15e-1",
      "1.0000000000000001",
      "0.1e0", "1e-999999999999999999999", "123456789012345678901234567890.5", "1001e-2",
      "100000000000000000000000000000001e-14", "9007199254740991.5", "-1e-400",
    ]
  )
  func other(text: String) { #expect(value(text) == .other) }

  @Test("a mebibyte of digits is read once") func long() {
    #expect(value(String(repeating: "9", count: 1 << 20)) == .large)
    #expect(value("1" + String(repeating: "0", count: 1 << 20)) == .large)
    #expect(value("1" + String(repeating: "0", count: 1 << 20) + "e-1048576") == .whole(1))
    #expect(value("0." + String(repeating: "0", count: 1 << 20) + "7e1048577") == .whole(7))
    #expect(value("1e" + String(repeating: "9", count: 1 << 20)) == .large)
  }

  @Test("integers up to the limit come back as they are") func random() {
    for _ in 0..<5000 {
      let number = UInt64.random(in: 0...JSONNumber.maximum) >> UInt64.random(in: 0...52)
      #expect(value("\(number)") == .whole(number))
      #expect(value("\(number).0") == .whole(number))
      #expect(value("\(number)000e-3") == .whole(number))
      if number > 0 { #expect(value("-\(number)") == .other) }
      #expect(value("\(number).5") == .other)
    }
  }
}
