/// What a server can do wrong, as far as its clients see.
enum Fault: String, CaseIterable {
  /// A message never came.
  case lost
  /// A message came twice.
  case repeated
  /// A message came before an earlier one of its sender.
  case outOfOrder = "out_of_order"
  /// A message was changed on its way.
  case wrongPayload = "wrong_payload"
  /// A message came to somebody else than its target.
  case wrongReceiver = "wrong_receiver"
  /// A frame that nobody was waiting for, or against RFC 6455.
  case unexpectedFrame = "unexpected_frames"
  /// A client that left was not announced to its chat peer in time.
  case missingNotice = "missing_notices"
  /// The server ended a connection, or it broke.
  case dropped
  /// A connection, or the upgrade to a WebSocket, failed.
  case refused
}

/// How often each fault was seen.
struct Faults {
  private var counts: [Fault: Int] = [:]
  /// A sentence about the first that was seen.
  private(set) var first: String?

  /// Adds a fault; `what` is made into a sentence only for the first one.
  mutating func add(_ fault: Fault, count: Int = 1, _ what: @autoclosure () -> String) {
    guard count > 0 else { return }
    counts[fault, default: 0] += count
    if first == nil { first = what() }
  }

  /// How often it was seen.
  subscript(fault: Fault) -> Int { counts[fault] ?? 0 }

  /// Whether nothing was wrong.
  var isEmpty: Bool { counts.isEmpty }
}
