public import Messaging

/// An outlet that notes what it is given, and can be told to refuse or to pile up.
final class RecordingOutlet: Outlet {
  struct Delivery: Equatable {
    let form: MessageForm
    let bytes: [UInt8]
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// What each connection has been given, in order.
  private(set) var deliveries: [ConnectionID: [Delivery]] = [:]
  /// How many more messages a connection takes; any number unless it is in here.
  var room: [ConnectionID: Int] = [:]
  /// What each connection has not handed to the system.
  var unsent: [ConnectionID: Int] = [:]
  /// What each connection has been given and nobody has tried to hand to the system.
  var pending: [ConnectionID: Int] = [:]
  /// Those whose end has not been reported yet.
  var ended: Set<ConnectionID> = []
  /// Why connections were closed.
  private(set) var farewells: [ConnectionID: Farewell] = [:]

  func deliver(
    _ form: MessageForm,
    _ first: Span<UInt8>,
    _ second: Span<UInt8>,
    to connection: ConnectionID
  ) -> Bool {
    if let left = room[connection] {
      guard left > 0 else { return false }
      room[connection] = left - 1
    }
    deliveries[connection, default: []].append(
      Delivery(form: form, bytes: [UInt8](first) + [UInt8](second))
    )
    return true
  }

  func retain(_ bytes: Span<UInt8>) -> ArraySlice<UInt8> { [UInt8](bytes)[...] }

  func close(_ connection: ConnectionID, _ farewell: Farewell) {
    farewells[connection] = farewell
  }

  func unsentBytes(of connection: ConnectionID) -> Int? {
    ended.contains(connection) ? nil : (unsent[connection] ?? 0) + (pending[connection] ?? 0)
  }

  func isBlocked(_ connection: ConnectionID) -> Bool { unsent[connection] ?? 0 > 0 }

  /// What a connection has been given since it was last asked.
  func take(_ connection: ConnectionID) -> [Delivery] {
    deliveries.removeValue(forKey: connection) ?? []
  }
}

extension [UInt8] {
  init(_ span: Span<UInt8>) {
    self = []
    for index in 0..<span.count { append(span[index]) }
  }
}

extension ClientID: ExpressibleByStringLiteral {
  /// Takes a name that a test has chosen well.
  public init(stringLiteral text: String) {
    do throws(ClientIDError) {
      try self.init(text)
    } catch {
      preconditionFailure(error.sentence)
    }
  }
}

extension ConnectionID: ExpressibleByIntegerLiteral {
  /// Wraps a number.
  public init(integerLiteral number: UInt64) { self.init(rawValue: number) }
}
