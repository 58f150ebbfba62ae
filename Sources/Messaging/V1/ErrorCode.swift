/// What an `error` says of the reason in a word that programs can tell apart.
public enum ErrorCode: String, Sendable, CaseIterable {
  /// What was sent is not what the protocol says.
  case badRequest = "bad_request"
  /// No client can have that id.
  case badTarget = "bad_target"
  /// The client's token does not allow that.
  case forbidden = "forbidden"
  /// It is larger than what is taken.
  case tooLarge = "too_large"
  /// More messages than are allowed in a second.
  case rateLimited = "rate_limited"
  /// As much waits for the recipient as may.
  case mailboxFull = "mailbox_full"
  /// The store does not work at the moment; whether the message was kept is not known.
  case unavailable = "unavailable"
}
