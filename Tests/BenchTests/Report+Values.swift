import Testing

@testable import Bench

extension Report {
  /// The number of that name; the test fails when there is none.
  func number(
    _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Double {
    let entry = try #require(json.entry(name), "no \(name)", sourceLocation: sourceLocation)
    return try #require(Double(entry), sourceLocation: sourceLocation)
  }

  /// Whether all was well.
  var isOK: Bool { json.entry("result") == "\"ok\"" }
}

extension String {
  /// What stands behind a name in a flat JSON object without commas in its texts.
  fileprivate func entry(_ name: String) -> String? {
    for member in dropFirst().prefix(while: { $0 != "}" }).split(separator: ", ") {
      let halves = member.split(separator: ":", maxSplits: 1)
      if halves.count == 2, halves[0] == "\"\(name)\"" {
        return String(halves[1].drop { $0 == " " })
      }
    }
    return nil
  }
}
