import Testing

@testable import Messaging

/// Random conversations against the contract: every message arrives once, whole, at the clients of
/// its target and nobody else, in the order of each sender.
@Suite("Connection manager: random conversations") struct ConversationTests {
  /// Plays clients that come, go and write, and keeps what each of them should get.
  private final class Play {
    let chat: Chat
    var random: SplitMix
    let names = (0..<8).map { "client\($0)" }
    /// The connection of each client that is there.
    var online: [String: ConnectionID] = [:]
    var lastConnection: UInt64 = 0
    var lastMessage = 0
    /// For each target, each sender's messages in order; and what has arrived of them.
    var sent: [String: [String: [Int]]] = [:]
    var arrived: [String: [String: [Int]]] = [:]
    var lefts: [String: Int] = [:]

    init(seed: UInt64, leaveGrace: UInt64) {
      chat = Chat(leaveGrace: leaveGrace)
      random = SplitMix(state: seed)
    }

    func step() {
      let name = names[Int.random(in: 0..<names.count, using: &random)]
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<3: online[name] == nil ? connect(name) : nil
      case 3: disconnect(name)
      case 4: chat.store.isDelayed.toggle()
      case 5:
        chat.now += UInt64.random(in: 0..<200, using: &random)
        chat.endGraces()
      case 6:
        chat.now += 10_000
        chat.manager.expirePairs(at: chat.now)
      case 7..<10: chat.round()
      case 10: stall(name)
      case 11: resume(name)
      default: send(from: name)
      }
      for name in names { collect(name) }
    }

    func connect(_ name: String) {
      lastConnection += 1
      let connection = ConnectionID(rawValue: lastConnection)
      online[name] = connection
      chat.connect(ClientID(stringLiteral: name), connection)
    }

    /// Ends a connection; a stalled one has taken some of what was delivered.
    func disconnect(_ name: String) {
      guard let connection = online.removeValue(forKey: name) else { return }
      let waiting = stalled.removeValue(forKey: name) ?? []
      let taken = waiting.isEmpty ? 0 : Int.random(in: 0...waiting.count, using: &random)
      note(waiting.prefix(taken).map { $0 }, at: name)
      chat.outlet.unsent[connection] = nil
      chat.disconnect(connection, unsent: Array(waiting.dropFirst(taken)))
    }

    /// What was delivered to connections whose system takes nothing at the moment.
    var stalled: [String: [String]] = [:]

    func stall(_ name: String) {
      guard let connection = online[name], stalled[name] == nil else { return }
      stalled[name] = []
      chat.outlet.unsent[connection] = 1
    }

    func resume(_ name: String) {
      guard let connection = online[name], let waiting = stalled.removeValue(forKey: name) else {
        return
      }
      note(waiting, at: name)
      chat.drain(connection)
    }

    func send(from name: String) {
      guard let connection = online[name] else { return }
      let target = names[Int.random(in: 0..<names.count, using: &random)]
      lastMessage += 1
      sent[target, default: [:]][name, default: []].append(lastMessage)
      chat.send("\(target):\(lastMessage)", over: connection)
    }

    func collect(_ name: String) {
      guard let connection = online[name] else { return }
      let lines = chat.take(connection)
      if stalled[name] != nil {
        stalled[name]?.append(contentsOf: lines)
      } else {
        note(lines, at: name)
      }
    }

    func note(_ lines: [String], at name: String) {
      for line in lines {
        let parts = line.split(separator: " ", maxSplits: 3)
        guard parts.count == 4, parts[2] == "says:", let number = Int(parts[3]) else {
          if line.hasSuffix(" left the chat") { lefts[name, default: 0] += 1 }
          continue
        }
        arrived[name, default: [:]][String(parts[1].dropFirst()), default: []].append(number)
      }
    }

    func finish() {
      chat.store.isDelayed = false
      for name in names {
        resume(name)
        if online[name] == nil { connect(name) }
      }
      chat.settle()
      for name in names { collect(name) }
    }
  }

  @Test(
    "every message arrives once, in the order of its sender",
    arguments: 1...20 as ClosedRange<UInt64>,
    [0, 100] as [UInt64]
  )
  func everyMessageOnce(seed: UInt64, leaveGrace: UInt64) {
    let play = Play(seed: seed, leaveGrace: leaveGrace)
    for _ in 0..<2000 { play.step() }
    play.finish()
    #expect(play.lastMessage > 100)
    for name in play.names {
      #expect(play.arrived[name] ?? [:] == play.sent[name] ?? [:], "\(name), seed \(seed)")
      #expect(play.chat.store.waiting(for: ClientID(stringLiteral: name)) == 0)
    }
    #expect(play.chat.manager.clientCount == play.names.count)
  }
}

/// Random numbers that a seed repeats (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", 2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
