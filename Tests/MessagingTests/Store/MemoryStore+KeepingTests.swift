import Messaging
import StoreContract
import Testing

@Suite("Memory store: what comes in and goes out") struct MemoryStoreKeepingTests {
  private func session(_ limits: StoreLimits) -> (MemoryStore, StoreSession) {
    let harness = MemoryStoreTests.Harness(limits)
    return (harness.memory, StoreSession(harness))
  }

  @Test("all that is kept has an exact bound", arguments: [-1, 0, 1])
  func totalBytes(difference: Int) throws {
    let (store, session) = session(StoreLimits(totalBytes: 1000))
    #expect(try session.keep("a", "b", "1", Array(repeating: 1, count: 372)) == .kept)
    let body = [UInt8](repeating: 1, count: 372 + difference)
    #expect(try session.keep("a", "c", "2", body) == (difference > 0 ? .failed(.full) : .kept))
    #expect(store.heldBytes == (difference > 0 ? 500 : 1000 + difference))
    #expect(store.isFull == (difference <= 0))
    // What was acknowledged makes room, the rest does not.
    _ = try session.acknowledge("b", through: 1 << 40)
    #expect(!store.isFull)
    #expect(try session.keep("a", "c", "3", Array(repeating: 1, count: 372)) == .kept)
    #expect((try session.fetch("a", 1) == nil) == (difference <= 0))
    #expect(store.mayKnow(session.key("a", "1")) == (difference > 0))
  }

  @Test("a message that never has room takes nothing from others") func tooLarge() throws {
    let (store, session) = session(StoreLimits(totalBytes: 1000))
    #expect(try session.keep("a", "b", "1") == .kept)
    _ = try session.acknowledge("b", through: 1 << 40)
    #expect(try session.keep("a", "b", "2", Array(repeating: 1, count: 873)) == .failed(.full))
    #expect(store.count == 1)
  }

  @Test("nothing is left of what has gone: messages, pairs and clients") func forgotten() throws {
    let (store, session) = session(.init(messages: 5, retain: 1000))
    for time in stride(from: 0 as UInt64, to: 5000, by: 10) {
      let id = "\(time)"
      _ = try session.keep("sender\(time % 70)", "recipient\(time % 110)", id, at: time)
      _ = try session.keep("a\(time)", "a\(time)", id, at: time)
      if time % 40 == 0 {
        _ = try session.acknowledge("recipient\(time % 110)", through: .max, at: time)
        _ = try session.markRead("sender\(time % 70)", id, by: "recipient\(time % 110)", at: time)
      }
      if time % 130 == 0 { #expect(try session.erase("sender\(time % 70)") >= 0) }
      #expect(store.count <= 300)
    }
    for time in 6000..<6300 as Range<UInt64> {
      #expect(try session.keep("last", "last", "\(time)", at: time) == .kept)
      _ = try session.acknowledge("last", through: .max, at: time)
    }
    #expect(store.heldBytes == 300 * 135)
    #expect(store.count == 300)
  }

  @Test("what was erased takes no room but that of its key") func erased() throws {
    let (store, session) = session(StoreLimits())
    #expect(try session.keep("a", "b", "1", Array(repeating: 1, count: 500)) == .kept)
    #expect(try session.erase("a") == 1)
    #expect(store.heldBytes == 628)
    #expect(try session.erase("b") == 1)
    #expect(store.heldBytes == 128)
    #expect(store.mayKnow(session.key("a", "1")))
  }

  @Test("a number that does not rise is a programmer's error") func falling() async {
    await #expect(processExitsWith: .failure) {
      let session = StoreSession(MemoryStoreTests.Harness())
      let message = StoredMessage(
        seq: 0,
        at: 0,
        from: "a",
        to: "b",
        id: [1],
        form: .data,
        body: []
      )
      _ = session.store.keep(message, key: session.key("a", "1"), digest: 0, isOffered: false)
    }
  }
}
