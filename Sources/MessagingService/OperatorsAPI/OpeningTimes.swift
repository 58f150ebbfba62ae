import Messaging

/// When each connection was opened, by connection slot; kept only where operators may ask.
final class OpeningTimes {
  private var times: [(connection: ConnectionID, time: UInt64)] = []

  /// Notes that a connection was opened.
  ///
  /// - Parameters:
  ///   - connection: Whose slot is the lower half of its number.
  ///   - time: ms since 1970.
  func note(_ connection: ConnectionID, at time: UInt64) {
    let slot = slot(of: connection)
    while times.count <= slot { times.append((ConnectionID(rawValue: .max), 0)) }
    times[slot] = (connection, time)
  }

  /// When the oldest of these connections was opened; `nil` when nobody knows any of them.
  func earliest(of connections: [ConnectionID]) -> UInt64? {
    connections.compactMap { connection in
      let slot = slot(of: connection)
      return slot < times.count && times[slot].connection == connection ? times[slot].time : nil
    }.min()
  }

  private func slot(of connection: ConnectionID) -> Int {
    Int(UInt32(truncatingIfNeeded: connection.rawValue))
  }
}
