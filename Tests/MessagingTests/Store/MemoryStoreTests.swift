import Messaging
import StoreContract
import Testing

@Suite("Memory store") struct MemoryStoreTests {
  final class Harness: StoreHarness {
    let memory: MemoryStore
    var store: any MessageStore { memory }

    init(_ limits: StoreLimits = StoreLimits(), firstNumber: UInt64 = 1) {
      memory = MemoryStore(identity: .test, limits: limits, firstNumber: firstNumber)
    }

    func run(until isDone: @escaping () -> Bool) { memory.answer() }
    func setBroken(_ isBroken: Bool) { memory.isFailing = isBroken }
  }

  @Test("it is a store", arguments: StoreRule.all) func rule(rule: StoreRule) throws {
    try rule.check { Harness($0) }
  }

  @Test("delayed answers wait, and are announced when they may come") func delay() throws {
    let harness = Harness()
    let store = harness.memory
    let session = StoreSession(harness)
    var calls = 0
    store.onPending = { calls += 1 }
    store.isDelayed = true
    let first = try session.put("a", "b", "1").ticket
    store.answer()
    #expect(session.events == [] && !store.hasAnswers && calls == 0)
    store.isDelayed = false
    #expect(store.hasAnswers && calls == 1)
    store.answer()
    #expect(session.events == [.kept(first)] && !store.hasAnswers)
    _ = try session.put("a", "b", "2")
    _ = try session.put("a", "b", "3")
    #expect(calls == 2)
  }

  @Test("messages that follow each other are one answer") func joined() throws {
    let harness = Harness()
    let session = StoreSession(harness)
    for id in ["1", "2", "3"] { try session.put("a", "b", id) }
    harness.memory.answer()
    #expect(session.events == [.kept(3)])
  }

  @Test("numbers begin where they are told to") func firstNumber() throws {
    let harness = Harness(firstNumber: 500)
    #expect(harness.memory.firstNumber == 500)
    #expect(harness.memory.nextNumber() == 500)
    #expect(harness.memory.nextNumber() == 501)
  }

  @Test("what is known is exact") func exact() throws {
    let session = StoreSession(Harness())
    let (store, client) = (session.store, ClientID.b)
    #expect(!store.mayKnow(session.key("a", "1")) && !store.mayHold(for: client))
    let seq = try session.put("a", "b", "1").seq
    #expect(store.mayKnow(session.key("a", "1")) && store.mayHold(for: client))
    _ = try session.acknowledge("b", through: seq)
    #expect(store.mayKnow(session.key("a", "1")) && !store.mayHold(for: client))
  }
}

extension StoreIdentity {
  static let test = StoreIdentity(log: "test", key: SipHash.Key(low: 0x1234_5678, high: 99))
}

extension ClientID {
  static let b: ClientID = "b"
}
