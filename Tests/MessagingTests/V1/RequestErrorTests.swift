import Testing

@testable import Messaging

@Suite("Errors of requests") struct RequestErrorTests {
  static let errors: [RequestError] = [
    .json(.incomplete), .noType, .unknownType, .notSend, .missing(.to), .invalid(.seq), .notOneBody,
    .bodyInHeader, .headerLength, .tooManyPeers, .badTarget(.to, .empty), .targetNotString(.to),
  ]

  @Test("each has a sentence of its own") func sentences() {
    #expect(Set(Self.errors.map(\.sentence)).count == Self.errors.count)
    for error in Self.errors {
      #expect(error.sentence.hasSuffix(".") || error.sentence.hasSuffix(")"), "\(error.sentence)")
    }
    #expect(RequestError.invalid(.seq).sentence.contains("\"seq\""))
    #expect(RequestError.unknownType.sentence.contains("unwatch"))
  }

  @Test("only ids of clients are bad targets") func codes() {
    for error in Self.errors {
      switch error {
      case .badTarget, .targetNotString: #expect(error.code == .badTarget)
      default: #expect(error.code == .badRequest)
      }
    }
  }
}
