/// What an operator has asked for and the store has not answered.
enum OperatorCall {
  /// Whether a posted message has come before.
  case find(Posting)
  /// A posted message that is being kept.
  case keep(Posting, Posting.Receipt)
  /// How many messages wait for a client.
  case count((Result<Int, StoreError>) -> Void)
  /// The log of a client that is being erased.
  case erase(Erasure, (Result<Int, StoreError>) -> Void)
}

/// A ``PostedMessage`` on its way.
final class Posting {
  /// What is told of it once it is kept.
  struct Receipt {
    let id: [UInt8]
    let state: AcceptedState
    /// What it counts for in the recipient's mailbox.
    let bytes: Int
  }

  let message: PostedMessage
  /// `nil` for one that the server names.
  let key: MessageKey?
  let completion: (PostingOutcome) -> Void

  init(
    _ message: PostedMessage,
    key: MessageKey?,
    completion: @escaping (PostingOutcome) -> Void
  ) {
    self.message = message
    self.key = key
    self.completion = completion
  }
}

/// What becomes of a ``PostedMessage``.
public enum PostingOutcome: Equatable, Sendable {
  /// It is kept, or was before.
  case accepted(id: [UInt8], AcceptedState)
  /// The sender's id has been used for another message.
  case conflict
  /// It is not kept; after ``StoreError/unavailable`` it is not known whether it was.
  case refused(StoreError)
}

/// What waited for a client whose log is being erased.
///
/// The calls that were made before are answered before, and change only this; what comes meanwhile is
/// counted anew. If the log could not be erased, both count.
final class Erasure {
  let client: ClientID
  var count: Int
  var bytes: Int

  init(of client: ClientID, count: Int = 0, bytes: Int = 0) {
    self.client = client
    self.count = count
    self.bytes = bytes
  }
}
