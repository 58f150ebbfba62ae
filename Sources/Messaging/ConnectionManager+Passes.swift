/// What tokens allow, where they are asked for.
extension ConnectionManager {
  /// Ends the connections whose tokens have expired.
  ///
  /// Meant for every second.
  public func endPasses(at now: UInt64, through outlet: any Outlet) {
    guard let passes else { return }
    for (client, connection) in passes.takeEnded(at: epoch &+ now) where clients.isKnown(client) {
      if let session = clients[client].session(connection) {
        say(.tokenExpired, to: session, through: outlet)
      } else if clients[client].has(connection) {
        outlet.close(connection, .tokenExpired)
      }
    }
  }

  /// A client has a fresh token.
  func renew(
    _ token: JSONString,
    _ frame: Span<UInt8>,
    of session: Session,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    // Nobody has asked for a token: there is nothing to renew.
    guard let passes else { return }
    let id = clients[session.client].id
    let token = token.unescaped(in: frame)
    guard let pass = passes.authenticator.pass(for: token.span, of: id, at: epoch &+ now)
    else {
      return say(.tokenWrong, to: session, through: outlet)
    }
    passes.set(pass, of: session.connection, session.client)
    guard let peers = pass.peers else { return }
    let lost = session.watched.filter { client in
      let id = clients[client].id
      return !peers.allow(id.bytes)
    }
    for client in lost { unwatch(client, session) }
  }

  /// Whether a plain client may write to the target of a frame; tells it if not.
  ///
  /// What has no target, or an impossible one, is refused elsewhere.
  func isWithinBounds(
    _ payload: Span<UInt8>,
    over connection: ConnectionID,
    through outlet: any Outlet
  ) -> Bool {
    guard let peers = passes?.peers(of: connection),
      let colon = PlainEnvelope.colon(in: payload)
    else { return true }
    let name = payload.extracting(0..<colon)
    guard !peers.allow(name), let target = try? ClientID(name) else { return true }
    tell(connection, PlainEnvelope.forbidden(target), through: outlet)
    return false
  }

  /// Whether a client may write to another one; tells it if not.
  func isWithinBounds(
    _ request: Request,
    to target: JSONString,
    _ frame: Span<UInt8>,
    of session: Session,
    through outlet: any Outlet
  ) -> Bool {
    guard let peers = passes?.peers(of: session.connection) else { return true }
    if target.withBytes(in: frame, { peers.allow($0) }) { return true }
    let sentence = "Your token does not allow you to write to this client."
    refuse(request, .forbidden, sentence, frame, of: session, through: outlet)
    return false
  }

  /// Those of whom a client may know whether they are there; tells it if these are not all.
  func withinBounds(
    _ request: Request,
    toWatch ids: [ClientID],
    _ frame: Span<UInt8>,
    of session: Session,
    through outlet: any Outlet
  ) -> [ClientID] {
    guard let peers = passes?.peers(of: session.connection) else { return ids }
    let allowed = ids.filter { peers.allow($0.bytes) }
    if allowed.count < ids.count {
      let sentence = "Your token does not allow you to watch \(ids.count - allowed.count) of these."
      refuse(request, .forbidden, sentence, frame, of: session, through: outlet)
    }
    return allowed
  }
}
