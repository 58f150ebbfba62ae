// What becomes of messages, and what their senders are told.

extension MemoryStore {
  /// Notes that a client has processed messages.
  public func acknowledge(
    _ client: ClientID,
    through: UInt64,
    at now: UInt64
  ) -> StoreTicket {
    // No number that has not been given: what comes later is not acknowledged yet.
    let through = min(through, lastNumber)
    guard let place = find(client), through > clients[place].received else {
      return answered(.acknowledged(Acknowledgement(count: 0, bytes: 0, receipts: [])))
    }
    let items = clients[place].inbox.items(after: clients[place].received)
    clients[place].received = through
    let before = (clients[place].waiting, clients[place].waitingBytes)
    let acknowledged = items.prefix { $0.seq <= through }
    for item in acknowledged
    where isReceived(item) && entries[item.place].state.contains(.waiting) {
      stopWaiting(item.place)
    }
    // From the last on: the first one met of each sender is the one that it is told.
    var receipts: [Receipt] = []
    for item in acknowledged.reversed() where isReceived(item) {
      let sender = sender(of: item.place)
      let progress = pairs[entries[item.place].pair].progress(of: sender)
      guard progress.delivered.seq < item.seq else { continue }
      receipts.append(advance(\.delivered, to: item.place, kind: .delivered, sender: sender))
    }
    return answered(
      .acknowledged(
        Acknowledgement(
          count: before.0 - clients[place].waiting,
          bytes: before.1 - clients[place].waitingBytes,
          receipts: receipts.reversed()
        )
      )
    )
  }

  /// Notes that a person has read a message.
  public func markRead(_ key: MessageKey, by reader: ClientID, at now: UInt64) -> StoreTicket {
    guard let place = find(key), !isOver(place, at: now), let client = find(reader),
      recipient(of: place) == client, entries[place].state.contains(.received)
    else { return answered(.marked(.unknown)) }
    let sender = sender(of: place)
    guard pairs[entries[place].pair].progress(of: sender).read.seq < entries[place].seq else {
      return answered(.marked(.known))
    }
    return answered(.marked(.news(advance(\.read, to: place, kind: .read, sender: sender))))
  }

  /// Forgets what a client has been told.
  public func close(_ client: ClientID, at now: UInt64) {
    if let place = find(client) { settle(news: place) }
  }

  /// Forgets that a client is to be told of anything.
  func settle(news place: UInt32) {
    for pair in clients[place].news {
      var progress = pairs[pair].progress(of: place)
      progress.delivered.isNews = false
      progress.read.isNews = false
      pairs[pair].setProgress(progress, of: place)
    }
    clients[place].news = []
  }

  /// What a client is to be told, in the order of the messages.
  func news(of place: UInt32) -> [Receipt] {
    var found: [(seq: UInt64, receipt: Receipt)] = []
    for pair in clients[place].news {
      let progress = pairs[pair].progress(of: place)
      for (kind, mark) in [(Receipt.Kind.delivered, progress.delivered), (.read, progress.read)]
      where mark.isNews {
        found.append((mark.seq, receipt(kind, pair: pair, sender: place, id: mark.id)))
      }
    }
    found.sort { ($0.seq, $0.receipt.kind.rawValue) < ($1.seq, $1.receipt.kind.rawValue) }
    return found.map(\.receipt)
  }

  /// Notes how far the messages of a sender have come, and that it is to be told.
  private func advance(
    _ mark: WritableKeyPath<Progress, Mark>,
    to place: UInt32,
    kind: Receipt.Kind,
    sender: UInt32
  ) -> Receipt {
    let pair = entries[place].pair
    let id = entries[place].id
    var progress = pairs[pair].progress(of: sender)
    let isListed = progress.isNews
    progress[keyPath: mark] = Mark(seq: entries[place].seq, id: id, isNews: true)
    pairs[pair].setProgress(progress, of: sender)
    if !isListed {
      clients[sender].news.append(pair)
      if clients[sender].news.count > Self.maximumNews { forgetOldestNews(of: sender) }
    }
    return receipt(kind, pair: pair, sender: sender, id: id)
  }

  private func forgetOldestNews(of sender: UInt32) {
    let pair = clients[sender].news.removeFirst()
    var progress = pairs[pair].progress(of: sender)
    progress.delivered.isNews = false
    progress.read.isNews = false
    pairs[pair].setProgress(progress, of: sender)
  }

  private func receipt(_ kind: Receipt.Kind, pair: UInt32, sender: UInt32, id: [UInt8]) -> Receipt {
    let recipient = pairs[pair].low == sender ? pairs[pair].high : pairs[pair].low
    return Receipt(
      kind,
      sender: clients[sender].id,
      recipient: clients[recipient].id,
      id: id
    )
  }
}
