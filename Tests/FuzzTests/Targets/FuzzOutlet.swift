@testable import Messaging

/// An outlet that keeps what each connection was given until its client takes it.
final class FuzzOutlet: Outlet {
  struct Delivery {
    let form: MessageForm
    let bytes: [UInt8]
    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// What a client sent; `nil` for notices and errors.
    var message: KeptMessage? { PlainEnvelope.parse(UndeliveredMessage(form, bytes[...])) }
  }

  private var waiting: [ConnectionID: [Delivery]] = [:]
  private var stalled: Set<ConnectionID> = []
  private var replaced: Set<ConnectionID> = []

  func deliver(
    _ form: MessageForm,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    to connection: ConnectionID
  ) -> Bool {
    guard !replaced.contains(connection) else { return false }
    let bytes = retain(first) + retain(second)
    waiting[connection, default: []].append(Delivery(form: form, bytes: Array(bytes)))
    return true
  }

  func retain(_ bytes: Span<UInt8>) -> ArraySlice<UInt8> {
    var copy: [UInt8] = []
    for index in 0..<bytes.count { copy.append(bytes[index]) }
    return copy[...]
  }

  func close(_ connection: ConnectionID, _ farewell: Farewell) { replaced.insert(connection) }

  func unsentBytes(of connection: ConnectionID) -> Int? {
    stalled.contains(connection) ? peek(connection).reduce(0) { $0 + $1.bytes.count } : 0
  }

  func isBlocked(_ connection: ConnectionID) -> Bool { (unsentBytes(of: connection) ?? 0) > 0 }

  func stall(_ connection: ConnectionID) { stalled.insert(connection) }

  func resume(_ connection: ConnectionID) { stalled.remove(connection) }

  func isStalled(_ connection: ConnectionID) -> Bool { stalled.contains(connection) }

  /// What waits.
  func peek(_ connection: ConnectionID) -> [Delivery] { waiting[connection] ?? [] }

  func count(of connection: ConnectionID) -> Int { peek(connection).count }

  /// The client takes up to `count` of what waits.
  func took(_ connection: ConnectionID, _ count: Int) -> [Delivery] {
    let all = peek(connection)
    let taken = min(count, all.count)
    waiting[connection] = Array(all.dropFirst(taken))
    return Array(all.prefix(taken))
  }

  /// The connection is over; what was not taken.
  func end(_ connection: ConnectionID) -> [Delivery] {
    let rest = waiting.removeValue(forKey: connection) ?? []
    // What comes now is a mistake of the manager's, and seen as a lost message.
    replaced.insert(connection)
    stalled.remove(connection)
    return rest
  }
}
