/// Who is there, and who has left, for clients of `sotto.v1`.
extension ConnectionManager {
  /// Tells of clients that come and go from now on, and at once whether they are there.
  func watch(
    _ request: Request,
    _ peers: Request.Peers,
    _ frame: Span<UInt8>,
    of session: Session,
    through outlet: any Outlet
  ) {
    let asked = peers.ids(in: frame)
    let ids = withinBounds(request, toWatch: asked, frame, of: session, through: outlet)
    var watched = session.watched
    for id in ids { watched.insert(find(id) ?? clients.add(id)) }
    guard watched.count <= Request.maximumPeers else {
      for client in watched.subtracting(session.watched) { forgetIfIdle(client) }
      return refuse(
        request,
        .badRequest,
        "One connection can watch \(Request.maximumPeers) clients.",
        frame,
        of: session,
        through: outlet
      )
    }
    session.watched = watched
    for client in watched {
      clients[client].detail().watchers[session.connection] = session.client
    }
    for id in ids {
      guard let client = find(id) else { continue }
      reply.presence(peer: id.bytes, isOnline: clients[client].isOnline)
      send(to: session, through: outlet)
    }
  }

  /// Stops telling of clients; says once more whether they are there.
  func unwatch(
    _ request: Request,
    _ peers: Request.Peers,
    _ frame: Span<UInt8>,
    of session: Session,
    through outlet: any Outlet
  ) {
    let asked = peers.ids(in: frame)
    // The answer tells of them as well.
    for id in withinBounds(request, toWatch: asked, frame, of: session, through: outlet) {
      let client = find(id)
      reply.presence(peer: id.bytes, isOnline: client.map { clients[$0].isOnline } ?? false)
      send(to: session, through: outlet)
      if let client { unwatch(client, session) }
    }
  }

  /// Stops telling a session of a client.
  func unwatch(_ client: Client.Index, _ session: Session) {
    guard session.watched.remove(client) != nil else { return }
    clients[client].details?.watchers[session.connection] = nil
    forgetIfIdle(client)
  }

  /// A connection has ended.
  func unwatchAll(_ session: Session) {
    let watched = session.watched
    session.watched = []
    for client in watched {
      clients[client].details?.watchers[session.connection] = nil
      // Its own place is still needed.
      if client != session.client { forgetIfIdle(client) }
    }
  }

  /// A client has come, or has gone for good.
  func tellPresence(of client: Client.Index, isOnline: Bool, through outlet: any Outlet) {
    guard let watchers = clients[client].details?.watchers, !watchers.isEmpty else { return }
    let id = clients[client].id
    for (connection, watcher) in watchers {
      guard let session = clients[watcher].session(connection) else { continue }
      reply.presence(peer: id.bytes, isOnline: isOnline)
      send(to: session, through: outlet)
    }
  }

  /// Tells a client's sessions that a peer has left.
  func tellLeft(
    _ client: Client.Index,
    _ absence: Absence,
    to peer: Client.Index,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    let id = clients[client].id
    for session in clients[peer].details?.sessions ?? [] where session.phase != .opening {
      reply.left(
        peer: id.bytes,
        at: epoch &+ now,
        why: absence.why,
        after: now &- absence.lastSign
      )
      send(to: session, through: outlet)
    }
  }
}
