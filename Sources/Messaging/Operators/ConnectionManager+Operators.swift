/// What operators ask about clients, and do with them.
extension ConnectionManager {
  /// Whether a client counts as online: it is connected, or may come back in its leave grace.
  public func isOnline(_ id: ClientID) -> Bool {
    find(id).map { clients[$0].isOnline } ?? false
  }

  /// The connections of a client, of both protocols.
  public func connections(of id: ClientID) -> [ConnectionID] {
    guard let client = find(id) else { return [] }
    let sessions = clients[client].details?.sessions ?? []
    return clients[client].connections + sessions.map(\.connection)
  }

  /// Counts the messages that a client has not acknowledged.
  public func countWaiting(
    for id: ClientID,
    at now: UInt64,
    completion: @escaping (Result<Int, StoreError>) -> Void
  ) {
    let ticket = store.countWaiting(for: id, at: epoch &+ now)
    unfinished.value.awaited.append(ticket, .operator(.count(completion)))
  }

  /// Ends all connections of a client; its peers are told when they have ended.
  ///
  /// - Returns: how many there were.
  @discardableResult
  public func remove(
    _ id: ClientID,
    _ farewell: Farewell = .removed,
    through outlet: any Outlet
  ) -> Int {
    guard let client = find(id) else { return 0 }
    let plain = clients[client].connections.filter { outlet.unsentBytes(of: $0) != nil }
    let sessions = (clients[client].details?.sessions ?? []).filter { $0.phase != .ended }
    for connection in plain { outlet.close(connection, farewell) }
    for session in sessions { say(farewell, to: session, through: outlet) }
    return plain.count + sessions.count
  }

  /// Forgets a client's log; what is on its way to it may still arrive, and what others have of it
  /// stays in theirs.
  ///
  /// - Parameter completion: Told how many messages have gone.
  public func erase(_ id: ClientID, completion: @escaping (Result<Int, StoreError>) -> Void) {
    let ticket = store.erase(id)
    let erasure = Erasure(of: id)
    if let client = find(id) {
      clients[client].details?.changeWaiting { waiting in
        (erasure.count, erasure.bytes) = (waiting.count, waiting.bytes)
        (waiting.count, waiting.bytes) = (0, 0)
      }
    }
    unfinished.value.erasures.append(erasure)
    unfinished.value.awaited.append(ticket, .operator(.erase(erasure, completion)))
  }

  /// An erasure has come to its end.
  private func end(_ erasure: Erasure, isDone: Bool) {
    unfinished.value.erasures.removeAll { $0 === erasure }
    guard !isDone, let client = find(erasure.client) else { return }
    if let next = unfinished.value.erasures.first(where: { $0.client == erasure.client }) {
      next.count += erasure.count
      next.bytes += erasure.bytes
    } else {
      clients[client].details?.changeWaiting { waiting in
        // Otherwise the store, asked since, is about to count them itself.
        guard waiting.asked == nil else { return }
        waiting.count += erasure.count
        waiting.bytes += erasure.bytes
      }
    }
  }

  /// The store has answered that messages do not wait any more.
  @inline(__always)
  func stopWaiting(_ client: Client.Index, _ count: Int, bytes: Int) {
    if unfinished.value.erasures.isEmpty {
      clients[client].details?.changeWaiting { $0.remove(count, bytes: bytes) }
    } else {
      changeWaiting(client, by: -count, bytes: -bytes)
    }
  }

  /// The store has told what there was before.
  func startWaiting(_ client: Client.Index, _ record: ClientRecord) {
    var told = record
    if !unfinished.value.erasures.isEmpty {
      (told.waiting, told.waitingBytes) = (0, 0)
      changeWaiting(client, by: record.waiting, bytes: record.waitingBytes)
    }
    clients[client].details?.changeWaiting { $0.add(told) }
  }

  /// What is answered now was asked before the log was erased, if it is being.
  @inline(never)
  private func changeWaiting(_ client: Client.Index, by count: Int, bytes: Int) {
    let id = clients[client].id
    if let erasure = unfinished.value.erasures.first(where: { $0.client == id }) {
      erasure.count = max(erasure.count + count, 0)
      erasure.bytes = max(erasure.bytes + bytes, 0)
    } else {
      clients[client].details?.changeWaiting { waiting in
        waiting.count = max(waiting.count + count, 0)
        waiting.bytes = max(waiting.bytes + bytes, 0)
      }
    }
  }

  // MARK: The store's answers

  /// A posted message is kept for good.
  func kept(_ call: OperatorCall) {
    guard case .keep(let posting, let receipt) = call else {
      preconditionFailure("a call that keeps nothing was answered as one that does")
    }
    posting.completion(.accepted(id: receipt.id, receipt.state))
  }

  /// What an operator has asked for could not be done.
  func failed(_ call: OperatorCall, _ error: StoreError) {
    switch call {
    case .find(let posting):
      unfinished.value.lookUps.end()
      posting.completion(.refused(error))
    case .keep(let posting, let receipt):
      forgetWaiting(posting.message.to, bytes: receipt.bytes)
      posting.completion(.refused(error))
    case .count(let completion): completion(.failure(error))
    case .erase(let erasure, let completion):
      end(erasure, isDone: false)
      completion(.failure(error))
    }
  }

  /// What an operator has asked for is done.
  func answered(
    _ call: OperatorCall,
    _ answer: StoreAnswer,
    at now: UInt64,
    through outlet: any Outlet
  ) {
    switch (call, answer) {
    case (.find(let posting), .found(let known)):
      found(known, posting, at: now, through: outlet)
    case (.count(let completion), .waiting(let count)): completion(.success(count))
    case (.erase(let erasure, let completion), .erased(let count)):
      end(erasure, isDone: true)
      completion(.success(count))
    default: preconditionFailure("the answer of the store is for another call")
    }
  }
}
