/// A bound on the messages of one connection in a second: a token bucket that holds one second's worth.
///
/// It is kept as the generic cell rate algorithm (ITU-T I.371): instead of tokens, the time at which
/// the bucket will be full again. Entries lie in a table by connection slot, made only where a limit
/// is set.
public final class RateLimit {
  /// What becomes of a message.
  public enum Verdict: Sendable {
    /// It is within the limit.
    case allowed
    /// It is one too many.
    case refused
    /// It is one too many, and so were others for five seconds: the connection is to be closed.
    case persistent
  }

  /// How long a connection may exceed the limit without a break, ms.
  static let patience: UInt64 = 5_000
  /// Without a refusal for that long, the excess has ended, ms.
  static let pause: UInt64 = 1_000

  private struct Bucket {
    var connection = ConnectionID(rawValue: .max)
    /// When the bucket will be full again, ns.
    var fullAt: UInt64 = 0
    /// The first and the last refusal of the present excess, ms.
    var excess: (first: UInt64, last: UInt64)?
  }

  /// Nanoseconds that one message takes.
  private let cost: UInt64
  /// Nanoseconds that the messages of one second take: what the bucket holds.
  private let capacity: UInt64
  private var buckets: [Bucket] = []

  /// Allows `messages` a second, from 1 to 1,000,000.
  public init(messages: Int) {
    precondition((1...1_000_000).contains(messages))
    cost = UInt64(1_000_000_000 / messages)
    capacity = cost * UInt64(messages)
  }

  /// Judges a message.
  ///
  /// - Parameters:
  ///   - connection: Whose slot, the lower half of the number, is that of its bucket.
  ///   - now: On the loop's clock, ms.
  public func judge(_ connection: ConnectionID, at now: UInt64) -> Verdict {
    let slot = Int(UInt32(truncatingIfNeeded: connection.rawValue))
    while buckets.count <= slot { buckets.append(Bucket()) }
    // The slot may have been another connection's.
    if buckets[slot].connection != connection { buckets[slot] = Bucket(connection: connection) }
    let fullAt = max(buckets[slot].fullAt, now * 1_000_000) + cost
    if fullAt <= now * 1_000_000 + capacity {
      buckets[slot].fullAt = fullAt
      return .allowed
    }
    var excess = buckets[slot].excess ?? (now, now)
    if now - excess.last > Self.pause { excess.first = now }
    excess.last = now
    buckets[slot].excess = excess
    return now - excess.first >= Self.patience ? .persistent : .refused
  }
}
