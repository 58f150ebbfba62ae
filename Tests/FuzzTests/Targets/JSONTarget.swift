@testable import Messaging

/// A text message of a `sotto.v1` client.
///
/// Whatever it is, a reader that is written in the plainest way agrees on whether it is JSON as the
/// protocol wants it; what is taken lies within the message, and written anew means the same; what is
/// refused can be answered.
enum JSONTarget {
  @Sendable static func check(_ input: [UInt8]) throws(Finding) {
    let error = try MessageProperties.check(input, .text)
    switch JSONModel.judge(input) {
    case .notJSON:
      guard case .json = error else {
        throw Finding("taken, but it is no JSON: \(describe(error))")
      }
    case .notAnObject:
      try require(error == .json(.notAnObject), "no object: \(describe(error))")
    case .forbidden:
      switch error {
      case .json(.twinKey), .json(.loneSurrogate), .json(.tooDeep), .json(.tooManyKeys): break
      default: throw Finding("forbidden, but \(describe(error))")
      }
    case .fine:
      if case .json = error { throw Finding("it is JSON, but \(describe(error))") }
    }
  }

  private static func describe(_ error: RequestError?) -> String {
    error.map { "\($0)" } ?? "no error"
  }
}
