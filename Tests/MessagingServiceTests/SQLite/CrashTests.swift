import Foundation
import Messaging
import StoreContract
import TestSupport
import Testing
import UV

@testable import MessagingService

@Suite("A store whose process is killed") struct CrashTests {
  /// Keeps messages, and writes down what it was told, until it is killed in the middle of that.
  private final class Victim: MessageStoreObserver {
    private let store: SQLiteStore
    private let log: FileHandle
    private var numbers: [StoreTicket: UInt64] = [:]
    private var kept: StoreTicket = 0
    private var last: UInt64 = 0

    init(_ folder: String, on loop: EventLoop) throws {
      store = try SQLiteStore(
        folder: folder + "/data",
        limits: StoreLimits(messages: 1 << 20),
        on: loop
      )
      let path = folder + "/log"
      if !FileManager.default.fileExists(atPath: path) {
        try Data().write(to: URL(fileURLWithPath: path))
      }
      log = try #require(FileHandle(forWritingAtPath: path))
      try log.seekToEnd()
      store.observer = self
    }

    /// A few hundred messages are under way at a time.
    func work() throws {
      while numbers.count < 300, let number = store.nextNumber() {
        // Given numbers are written down, too: none may come again.
        if number != last + 1 { try write("given \(number)") }
        last = number
        let (from, to) = ("a\(number % 7)", "b\(number % 11)")
        let id = Array("\(number)".utf8)
        let key = MessageKey(Array(from.utf8).span, id.span, key: store.identity.key)
        let message = StoredMessage(
          seq: number,
          at: StoreSession.start,
          from: try ClientID(from),
          to: try ClientID(to),
          id: id,
          form: .data,
          body: [UInt8](repeating: 48, count: Int(number % 500))[...]
        )
        numbers[store.keep(message, key: key, digest: 1, isOffered: true)] = number
        if number % 40 == 0 { _ = store.find(key, at: StoreSession.start) }
      }
    }

    func storeKept(through ticket: StoreTicket) {
      for ticket in kept + 1..<ticket + 1 {
        if let number = numbers.removeValue(forKey: ticket) { try? write("kept \(number)") }
      }
      kept = ticket
    }

    func storeFailed(_ ticket: StoreTicket, _ error: StoreError) { try? write("failed") }

    func storeAnswered(_ ticket: StoreTicket, _ answer: StoreAnswer) { kept = ticket }

    private func write(_ line: String) throws {
      try log.write(contentsOf: Data("\(line)\n".utf8))
    }
  }

  @Test("every message that was answered as kept is there, and no number comes again")
  func killed() async throws {
    let folder = try TemporaryFolder()
    var seen: Set<UInt64> = []
    var highest: UInt64 = 0
    for round in 1...8 {
      // From the very first batches to hundreds of them.
      let delay = Double(round * round) * 0.012
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = folder.path as String, delay = delay as Double] in
        let loop = try EventLoop()
        let victim = try Victim(path, on: loop)
        let hook = try LoopHook(on: loop, .beforeWaiting) { try? victim.work() }
        hook.start()
        let clock = try Timer(on: loop) {}
        clock.start(after: .zero, every: .milliseconds(1))
        Thread.detachNewThread {
          Thread.sleep(forTimeInterval: delay)
          kill(getpid(), SIGKILL)
        }
        loop.run()
      }
      let log = try String(contentsOfFile: folder.path + "/log", encoding: .utf8)
      let lines = log.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(!lines.contains { $0[0] == "failed" })
      let given = lines.filter { $0[0] == "given" }.compactMap { UInt64($0[1]) }
      #expect(given == given.sorted() && Set(given).count == given.count)
      let kept = lines.filter { $0[0] == "kept" }.compactMap { UInt64($0[1]) }
      #expect(Set(kept).count == kept.count)
      let harness = try SQLiteHarness(StoreLimits(messages: 1 << 20), in: folder)
      #expect(harness.store.firstNumber > max(highest, kept.max() ?? 0))
      highest = max(highest, kept.max() ?? 0)
      let session = StoreSession(harness)
      var found: Set<UInt64> = []
      for client in 0..<11 {
        var after: UInt64 = 0
        while case let page = try session.read("b\(client)", after: after), let last = page.last {
          after = last.seq
          for message in page {
            #expect(message.id == Array("\(message.seq)".utf8))
            #expect(message.body.count == Int(message.seq % 500))
            found.insert(message.seq)
          }
        }
        #expect(try session.open("b\(client)").last == after)
      }
      let missing = Set(kept).subtracting(found)
      #expect(missing.isEmpty)
      // Nothing goes by another crash.
      #expect(seen.isSubset(of: found))
      seen = found
      for number in kept.suffix(20) {
        #expect(try session.find("a\(number % 7)", "\(number)")?.seq == number)
      }
    }
    #expect(seen.count > 1000)
  }
}
