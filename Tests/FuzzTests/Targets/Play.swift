@testable import Messaging

/// A conversation that a fuzzer directs: clients that come, go, fall behind and write.
///
/// The settings: `g` a leave grace, `r` newer connections replace older ones, `s` they share.
/// Instructions, where the second character names one of the clients:
///
///     +a come   -a3 go; 3 messages were taken of what waits   .a stall   !a read on
///     >aTARGET:BODY send text   #aTARGET:BODY send bytes   _ a round   ~ delay the store or not
///     t time passes   e old pairs are forgotten
final class Play: MessageStoreObserver {
  /// One message on its way: each has a body of its own, since it is numbered.
  private struct Stream: Hashable { let sender, target: [UInt8] }

  private let outlet = FuzzOutlet()
  private let store = MemoryStore(
    identity: StoreIdentity(log: "fuzz", key: SipHash.Key(low: 1, high: 2))
  )
  private let manager: ConnectionManager
  private let replaces: Bool
  private let shares: Bool
  private var now: UInt64 = 100 << 16
  private var lastConnection: UInt64 = 0
  /// The connections of each client that is there, the oldest first.
  private var online: [[UInt8]: [ConnectionID]] = [:]
  private var places: [ConnectionID: UInt32] = [:]
  private var sent: [Stream: [[UInt8]]] = [:]
  private var arrived: [Stream: [[UInt8]]] = [:]
  private var messageCount = 0

  init(settings line: [UInt8]) {
    var settings = ConnectionManager.Settings()
    settings.leaveGrace = line.contains(UInt8(ascii: "g")) ? 100 : 0
    replaces = line.contains(UInt8(ascii: "r"))
    shares = !replaces && line.contains(UInt8(ascii: "s"))
    settings.duplicateIDs = replaces ? .replace : .share
    // Small, so that what is kept comes in several batches.
    settings.feedBytes = 600
    manager = ConnectionManager(settings: settings, store: store)
    store.observer = self
  }

  func step(_ line: [UInt8]) throws(Finding) {
    var script = Script(line)
    let verb = script.byte()
    let name = Self.name(script.byte())
    switch verb {
    case UInt8(ascii: "+"): connect(name)
    case UInt8(ascii: "-"): try disconnect(name, taken: Int(script.byte()))
    case UInt8(ascii: "."): if let last = online[name]?.last { outlet.stall(last) }
    case UInt8(ascii: "!"): for each in online[name] ?? [] { try resume(each, of: name) }
    case UInt8(ascii: ">"): try send(script.line(), .text, from: name)
    case UInt8(ascii: "#"): try send(script.line(), .binary, from: name)
    case UInt8(ascii: "_"): round()
    case UInt8(ascii: "~"): store.isDelayed.toggle()
    case UInt8(ascii: "t"):
      now += 60
      manager.endGraces(at: now, through: outlet)
    case UInt8(ascii: "e"):
      now += 1 << 26
      manager.expirePairs(at: now)
    default: break
    }
    try collect()
  }

  /// Everybody comes and reads all: now nothing may be missing.
  func finish() throws(Finding) {
    store.isDelayed = false
    now += 1000
    manager.endGraces(at: now, through: outlet)
    let everybody = Set(online.keys).union(sent.keys.flatMap { [$0.sender, $0.target] })
    for name in everybody {
      for each in online[name] ?? [] { try resume(each, of: name) }
      if online[name] == nil { connect(name) }
    }
    var rounds = 0
    repeat {
      round()
      try collect()
      rounds += 1
      try require(rounds < 10_000, "the store does not come to rest")
    } while manager.hasFeedsToCheck || store.hasAnswers
    // A message that one of two connections took has arrived, whatever becomes of the other.
    guard !shares else { return }
    for (stream, bodies) in sent {
      let received = arrived[stream] ?? []
      try require(received == bodies, "\(Self.text(stream.target)) got \(received), not \(bodies)")
    }
    for name in everybody {
      guard let id = try? ClientID(name.span) else { continue }
      try require(store.waiting(for: id) == 0, "what has arrived waits for \(Self.text(name))")
    }
    try require(manager.clientCount == everybody.count, "\(manager.clientCount) clients")
  }

  // MARK: What clients do

  private func connect(_ name: [UInt8]) {
    guard let id = try? ClientID(name.span) else { return }
    guard replaces || shares || online[name] == nil else { return }
    guard online[name, default: []].count < 3 else { return }
    lastConnection += 1
    let connection = ConnectionID(rawValue: lastConnection)
    places[connection] = manager.connect(id, connection, at: now, through: outlet)
    let older = online[name] ?? []
    online[name] = replaces ? [connection] : older + [connection]
    // The server reports the ends of those that are replaced before anything else happens.
    guard replaces else { return }
    for each in older {
      note(outlet.took(each, 0), at: name)
      end(each, unsent: outlet.end(each))
    }
  }

  private func disconnect(_ name: [UInt8], taken: Int) throws(Finding) {
    guard let connection = online[name]?.first else { return }
    try collect()
    note(outlet.took(connection, taken), at: name)
    online[name]?.removeFirst()
    if online[name]?.isEmpty ?? false { online[name] = nil }
    end(connection, unsent: outlet.end(connection))
  }

  private func end(_ connection: ConnectionID, unsent: [FuzzOutlet.Delivery]) {
    guard let place = places.removeValue(forKey: connection) else { return }
    let unsent = unsent.map { UndeliveredMessage($0.form, $0.bytes[...]) }
    manager.disconnect(place, connection, unsent: unsent, at: now, through: outlet)
  }

  private func resume(_ connection: ConnectionID, of name: [UInt8]) throws(Finding) {
    guard outlet.isStalled(connection) else { return }
    try collect()
    note(outlet.took(connection, .max), at: name)
    outlet.resume(connection)
    if let place = places[connection] {
      manager.drained(place, connection, at: now, through: outlet)
    }
  }

  /// Sends a line with a number behind it, so that no two bodies are the same.
  private func send(_ line: [UInt8], _ form: MessageForm, from name: [UInt8]) throws(Finding) {
    guard let connection = online[name]?.first, let place = places[connection] else { return }
    guard form == .binary || String(validating: line, as: UTF8.self) != nil else { return }
    messageCount += 1
    let payload = line + Array(" \(messageCount)".utf8)
    let colon = payload.prefix(65).firstIndex(of: UInt8(ascii: ":"))
    let target = Array(payload[..<(colon ?? 0)])
    let isMessage = (try? ClientID(target.span)) != nil
    if isMessage, let colon {
      sent[Stream(sender: name, target: target), default: []].append(Array(payload[(colon + 1)...]))
    }
    try collect()
    let before = outlet.count(of: connection)
    manager.sendPersonalMessage(
      payload.span,
      form,
      from: place,
      over: connection,
      at: now,
      through: outlet
    )
    guard !isMessage else { return }
    let answers = outlet.peek(connection).dropFirst(before)
    try require(
      answers.count == 1 && answers.allSatisfy { $0.text.hasPrefix("Error: ") },
      "\(Self.text(payload)) is answered \(answers.map(\.text))"
    )
  }

  // MARK: What arrives

  private func collect() throws(Finding) {
    for (name, connections) in online {
      for each in connections {
        for delivery in outlet.peek(each) { try checkSecret(delivery, at: name) }
        if !outlet.isStalled(each) { note(outlet.took(each, .max), at: name) }
      }
    }
  }

  /// Nobody gets what was not sent to them.
  private func checkSecret(_ delivery: FuzzOutlet.Delivery, at name: [UInt8]) throws(Finding) {
    guard let message = delivery.message else {
      return try require(delivery.form == .text, "a binary notice: \(delivery.bytes)")
    }
    let stream = Stream(sender: Array(message.sender.description.utf8), target: name)
    try require(
      sent[stream]?.contains(Array(message.body)) ?? false,
      "\(Self.text(name)) got \(delivery.text), which nobody sent to it"
    )
  }

  private func note(_ deliveries: [FuzzOutlet.Delivery], at name: [UInt8]) {
    for delivery in deliveries {
      guard let message = delivery.message else { continue }
      let stream = Stream(sender: Array(message.sender.description.utf8), target: name)
      arrived[stream, default: []].append(Array(message.body))
    }
  }

  private func round() {
    manager.checkFeeds(at: now, through: outlet)
    store.answer()
  }

  // MARK: MessageStoreObserver

  func storeKept(through ticket: StoreTicket) {
    manager.storeKept(through: ticket, through: outlet)
  }

  func storeFailed(_ ticket: StoreTicket, _ error: StoreError) {
    manager.storeFailed(ticket, error, at: now, through: outlet)
  }

  func storeAnswered(_ ticket: StoreTicket, _ answer: StoreAnswer) {
    manager.storeAnswered(ticket, answer, at: now, through: outlet)
  }

  // MARK: Names

  /// Any byte names a client: the first of these by their letters, which look alike or nest.
  private static func name(_ byte: UInt8) -> [UInt8] {
    let names = ["a", "b", "c", "aa", "é", "e\u{301}", String(repeating: "x", count: 64)]
    let letter = byte &- UInt8(ascii: "a")
    return Array(names[Int(letter) % names.count].utf8)
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
