/// The passes of all connections, by connection slot; made only where tokens are asked for.
final class PassTable {
  private struct Entry {
    /// Nobody's, if its number is that of no connection.
    var connection = ConnectionID(rawValue: .max)
    var client = Client.Index.max
    var end = UInt64.max
    var peers: PeerBounds?
  }

  /// Who judges the tokens.
  let authenticator: any Authenticator
  private var entries: [Entry] = []
  /// No pass ends before, ms since 1970.
  private var earliestEnd = UInt64.max

  init(_ authenticator: any Authenticator) { self.authenticator = authenticator }

  /// Notes the pass of a connection, instead of its last one.
  ///
  /// - Parameter connection: Whose slot is the lower half of its number.
  func set(_ pass: Pass, of connection: ConnectionID, _ client: Client.Index) {
    let slot = slot(of: connection)
    while entries.count <= slot { entries.append(Entry()) }
    entries[slot] = Entry(
      connection: connection,
      client: client,
      end: pass.end,
      peers: pass.peers
    )
    earliestEnd = min(earliestEnd, pass.end)
  }

  /// Forgets a connection.
  func remove(_ connection: ConnectionID) {
    guard let slot = known(connection) else { return }
    entries[slot] = Entry()
  }

  /// To whom a connection is bound; `nil` for everybody.
  func peers(of connection: ConnectionID) -> PeerBounds? {
    known(connection).flatMap { entries[$0].peers }
  }

  /// The connections whose passes have ended, which are forgotten.
  ///
  /// Costs nothing until the first one ends.
  ///
  /// - Parameter time: ms since 1970.
  func takeEnded(at time: UInt64) -> [(client: Client.Index, connection: ConnectionID)] {
    guard time >= earliestEnd else { return [] }
    var ended: [(client: Client.Index, connection: ConnectionID)] = []
    earliestEnd = .max
    for slot in entries.indices {
      if entries[slot].end <= time {
        ended.append((entries[slot].client, entries[slot].connection))
        entries[slot] = Entry()
      } else {
        earliestEnd = min(earliestEnd, entries[slot].end)
      }
    }
    return ended
  }

  private func slot(of connection: ConnectionID) -> Int {
    Int(UInt32(truncatingIfNeeded: connection.rawValue))
  }

  /// The slot of a connection that has a pass.
  private func known(_ connection: ConnectionID) -> Int? {
    let slot = slot(of: connection)
    guard slot < entries.count, entries[slot].connection == connection else { return nil }
    return slot
  }
}
