import Messaging

/// Clients that an operator keeps out for some time.
///
/// In memory only: a server that starts anew knows of none.
final class BlockList {
  /// The most clients at a time.
  static let maximumCount = 100_000
  /// What a time is, as the end of a sentence.
  static let rule = "a whole number from 1 to 99999 with s, m, h or d, such as 12h"

  /// When each may come in again, ms on the clock of the calls.
  private var ends: [ClientID: UInt64] = [:]

  /// Keeps a client out for so many milliseconds from `now` on; a time set before does not count.
  ///
  /// - Returns: false when there are too many.
  func add(_ client: ClientID, for time: UInt64, at now: UInt64) -> Bool {
    if ends[client] == nil, ends.count >= Self.maximumCount {
      ends = ends.filter { $0.value > now }
      guard ends.count < Self.maximumCount else { return false }
    }
    ends[client] = now + time
    return true
  }

  /// Lets a client in again.
  ///
  /// - Returns: whether it was kept out.
  func remove(_ client: ClientID, at now: UInt64) -> Bool {
    guard let end = ends.removeValue(forKey: client) else { return false }
    return end > now
  }

  /// When a client may come in again; `nil` if it may now.
  func end(of client: ClientID, at now: UInt64) -> UInt64? {
    // Nobody is blocked, mostly, and each that connects is asked about.
    guard !ends.isEmpty, let end = ends[client] else { return nil }
    if end > now { return end }
    ends[client] = nil
    return nil
  }

  /// Reads a time such as `12h`, in ms; `nil` for what `rule` does not allow.
  static func milliseconds(_ text: String) -> UInt64? {
    let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let digits = text.utf8.dropLast()
    guard let unit = text.last.flatMap({ units[$0] }), 1...5 ~= digits.count,
      digits.first != UInt8(ascii: "0"), digits.allSatisfy({ 0x30...0x39 ~= $0 }),
      let number = UInt64(text.dropLast())
    else { return nil }
    return number * unit * 1000
  }
}
