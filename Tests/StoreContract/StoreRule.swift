public import Messaging
public import Testing

/// What is true of every store of messages.
public struct StoreRule: Sendable, CustomTestStringConvertible {
  /// The sentence.
  public let testDescription: String
  private let limits: StoreLimits
  private let body: @Sendable (StoreSession) throws -> Void

  init(
    _ sentence: String,
    limits: StoreLimits = StoreLimits(),
    _ body: @escaping @Sendable (StoreSession) throws -> Void
  ) {
    testDescription = sentence
    self.limits = limits
    self.body = body
  }

  /// Expects it of the stores that `make` makes.
  public func check(_ make: StoreFactory) throws {
    try body(StoreSession(make(limits)))
  }

  /// All of them.
  public static let all =
    answering + keeping + bounds + acknowledging + receipts + reading + histories + forgetting
}
