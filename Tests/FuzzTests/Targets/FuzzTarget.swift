/// What is fuzzed: a part of the server and what must be true of it whatever it is fed.
///
/// libFuzzer feeds it for as long as `scripts/fuzz` is told to, and the unit tests feed it the seeds.
struct FuzzTarget: Sendable {
  /// The name that `scripts/fuzz` is given, and the folder of the seeds.
  let name: String
  /// Looks at one input; returns a sentence about what is not as it must be.
  let check: @Sendable (_ input: [UInt8]) throws(Finding) -> Void

  /// All of them.
  static let all = [
    FuzzTarget(name: "http", check: HTTPTarget.check),
    FuzzTarget(name: "frames", check: FramesTarget.check),
    FuzzTarget(name: "plain", check: PlainTarget.check),
    FuzzTarget(name: "json", check: JSONTarget.check),
    FuzzTarget(name: "binary", check: BinaryTarget.check),
    FuzzTarget(name: "token", check: TokenTarget.check),
  ]
}

/// What a target has found to be wrong.
struct Finding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Throws a finding unless `condition` holds.
func require(
  _ condition: Bool,
  _ finding: @autoclosure () -> String
) throws(Finding) {
  guard condition else { throw Finding(finding()) }
}
