import Messaging
import Testing

@Suite("Memory mailbox") struct MemoryMailboxTests {
  /// What one message counts for beside its body.
  static let overhead = 128

  private final class Observer: MailboxObserver {
    var answers: [String] = []
    func mailboxCommitted(through ticket: MailboxTicket) { answers.append("committed \(ticket)") }
    func mailboxFailed(_ ticket: MailboxTicket, _ error: MailboxError) {
      answers.append("failed \(ticket) \(error)")
    }
    func mailboxRead(
      _ ticket: MailboxTicket,
      _ client: ClientID,
      _ messages: [(number: UInt64, message: KeptMessage)]
    ) {
      let found = messages.map {
        "\($0.number):\(String(decoding: $0.message.body, as: UTF8.self))"
      }
      answers.append("read \(ticket) \(client) \(found.joined(separator: " "))")
    }
  }

  private let observer = Observer()

  private func mailbox(_ limits: MemoryMailbox.Limits = .init()) -> MemoryMailbox {
    let mailbox = MemoryMailbox(limits: limits)
    mailbox.observer = observer
    return mailbox
  }

  private func message(_ text: String) -> KeptMessage {
    KeptMessage(from: "sender", .text, ArraySlice(text.utf8))
  }

  private func answers(of mailbox: MemoryMailbox) -> [String] {
    mailbox.answer()
    defer { observer.answers = [] }
    return observer.answers
  }

  @Test("nothing is answered within the call, all of it afterwards, in order") func order() {
    let mailbox = mailbox()
    #expect(!mailbox.hasAnswers)
    #expect(mailbox.append(message("x"), for: "a") == 1)
    #expect(mailbox.read("a", after: 0, bytes: 1000) == 2)
    #expect(mailbox.append(message("y"), for: "b") == 3)
    #expect(observer.answers.isEmpty)
    #expect(mailbox.hasAnswers)
    #expect(answers(of: mailbox) == ["committed 1", "read 2 a 1:x", "committed 3"])
    #expect(!mailbox.hasAnswers)
    #expect(answers(of: mailbox) == [])
  }

  @Test("commits that follow each other are one answer") func joinedCommits() {
    let mailbox = mailbox()
    for text in ["x", "y", "z"] { _ = mailbox.append(message(text), for: "a") }
    #expect(answers(of: mailbox) == ["committed 3"])
  }

  @Test("whoever waits is told once that there is something to answer") func pending() {
    let mailbox = mailbox()
    var calls = 0
    mailbox.onPending = { calls += 1 }
    _ = mailbox.append(message("x"), for: "a")
    _ = mailbox.read("a", after: 0, bytes: 1000)
    #expect(calls == 1)
    mailbox.answer()
    _ = mailbox.append(message("y"), for: "a")
    #expect(calls == 2)
  }

  @Test("delayed answers wait, and are announced when they may come") func delay() {
    let mailbox = mailbox()
    mailbox.isDelayed = true
    _ = mailbox.append(message("x"), for: "a")
    #expect(!mailbox.hasAnswers)
    #expect(answers(of: mailbox) == [])
    var calls = 0
    mailbox.onPending = { calls += 1 }
    mailbox.isDelayed = false
    #expect(calls == 1)
    #expect(answers(of: mailbox) == ["committed 1"])
  }

  @Test("a failing mailbox refuses, keeps what it has, and works again afterwards")
  func failing() {
    let mailbox = mailbox()
    _ = mailbox.append(message("x"), for: "a")
    mailbox.isFailing = true
    _ = mailbox.append(message("y"), for: "a")
    mailbox.isFailing = false
    _ = mailbox.append(message("z"), for: "a")
    _ = mailbox.read("a", after: 0, bytes: 1000)
    #expect(
      answers(of: mailbox) == [
        "committed 1", "failed 2 unavailable", "committed 3", "read 4 a 1:x 2:z",
      ]
    )
  }

  @Test("messages of one client stop at the limit", arguments: 1...3)
  func messageLimit(limit: Int) {
    let mailbox = mailbox(.init(messages: limit))
    for number in 1...limit + 1 { _ = mailbox.append(message("\(number)"), for: "a") }
    #expect(answers(of: mailbox) == ["committed \(limit)", "failed \(limit + 1) full"])
    #expect(mailbox.count(for: "a") == limit)
    _ = mailbox.append(message("x"), for: "b")
    mailbox.acknowledge("a", through: 1)
    _ = mailbox.append(message("x"), for: "a")
    #expect(answers(of: mailbox) == ["committed \(limit + 3)"])
  }

  @Test(
    "bytes of one client stop at the limit",
    arguments: [(99, true), (100, true), (101, false)]
  )
  func byteLimit(bytes: Int, isKept: Bool) {
    let mailbox = mailbox(.init(bytes: 2 * Self.overhead + 150))
    _ = mailbox.append(KeptMessage(from: "s", .binary, .init(repeating: 0, count: 50)), for: "a")
    _ = mailbox.append(KeptMessage(from: "s", .binary, .init(repeating: 0, count: bytes)), for: "a")
    #expect(answers(of: mailbox).last == (isKept ? "committed 2" : "failed 2 full"))
    #expect(mailbox.count(for: "a") == (isKept ? 2 : 1))
    // Another's is not touched by it.
    _ = mailbox.append(message("x"), for: "b")
    #expect(answers(of: mailbox) == ["committed 3"])
  }

  @Test("bytes in all stop at the limit", arguments: [(99, true), (100, true), (101, false)])
  func totalLimit(bytes: Int, isKept: Bool) {
    let mailbox = mailbox(.init(totalBytes: 2 * Self.overhead + 150))
    _ = mailbox.append(KeptMessage(from: "s", .binary, .init(repeating: 0, count: 50)), for: "a")
    _ = mailbox.append(KeptMessage(from: "s", .binary, .init(repeating: 0, count: bytes)), for: "b")
    #expect(answers(of: mailbox).last == (isKept ? "committed 2" : "failed 2 full"))
    #expect(mailbox.heldBytes == 50 + Self.overhead + (isKept ? bytes + Self.overhead : 0))
    mailbox.acknowledge("a", through: 1)
    mailbox.acknowledge("b", through: 2)
    #expect(mailbox.heldBytes == 0)
  }

  @Test("a read finds what comes after a number, for its client only") func readAfter() {
    let mailbox = mailbox()
    for text in ["1", "2", "3"] { _ = mailbox.append(message(text), for: "a") }
    _ = mailbox.append(message("4"), for: "b")
    mailbox.answer()
    observer.answers = []
    for after in [0, 2, 3, 9] as [UInt64] { _ = mailbox.read("a", after: after, bytes: 1000) }
    _ = mailbox.read("nobody", after: 0, bytes: 1000)
    #expect(
      answers(of: mailbox) == [
        "read 5 a 1:1 2:2 3:3", "read 6 a 3:3", "read 7 a ", "read 8 a ", "read 9 nobody ",
      ]
    )
  }

  @Test(
    "a read brings what fits, at least one",
    arguments: [(0, 1), (1, 1), (129, 1), (257, 1), (258, 2), (386, 2), (387, 3), (9999, 3)]
  )
  func readBytes(bytes: Int, count: Int) {
    let mailbox = mailbox()
    for text in ["1", "2", "3"] { _ = mailbox.append(message(text), for: "a") }
    mailbox.answer()
    _ = mailbox.read("a", after: 0, bytes: bytes)
    #expect(
      answers(of: mailbox).last == "read 4 a " + ["1:1", "1:1 2:2", "1:1 2:2 3:3"][count - 1]
    )
  }

  @Test("what is acknowledged is gone, the rest stays in order", arguments: 0...11)
  func acknowledge(through: UInt64) {
    let mailbox = mailbox()
    for number in 1...10 { _ = mailbox.append(message("\(number)"), for: "a") }
    mailbox.answer()
    mailbox.acknowledge("a", through: through)
    mailbox.acknowledge("a", through: 0)
    mailbox.acknowledge("nobody", through: 100)
    let rest = (1...10).filter { $0 > through }
    #expect(mailbox.count(for: "a") == rest.count)
    #expect(mailbox.mayHold(for: "a") == !rest.isEmpty)
    #expect(mailbox.heldBytes == rest.reduce(0) { $0 + Self.overhead + "\($1)".utf8.count })
    _ = mailbox.read("a", after: 0, bytes: .max)
    #expect(
      answers(of: mailbox).last
        == "read 11 a " + rest.map { "\($0):\($0)" }.joined(separator: " ")
    )
  }

  @Test("names that only look alike have mailboxes of their own") func lookAlikes() {
    let mailbox = mailbox()
    _ = mailbox.append(message("secret"), for: "\u{E9}")
    #expect(!mailbox.mayHold(for: "e\u{301}"))
    _ = mailbox.read("e\u{301}", after: 0, bytes: 1000)
    #expect(answers(of: mailbox).last == "read 2 e\u{301} ")
  }

  @Test("numbers rise, even when all that had one are gone") func numbersRise() {
    let mailbox = mailbox()
    _ = mailbox.append(message("x"), for: "a")
    mailbox.acknowledge("a", through: 1)
    _ = mailbox.append(message("y"), for: "a")
    _ = mailbox.read("a", after: 1, bytes: 1000)
    #expect(answers(of: mailbox).last == "read 3 a 2:y")
  }

  @Test("the mailbox agrees with arrays over thousands of random operations")
  func randomOperations() {
    let mailbox = mailbox()
    var model: [ClientID: [(UInt64, String)]] = [:]
    var number: UInt64 = 0
    for _ in 0..<5000 {
      let client = ClientID(stringLiteral: "\(Int.random(in: 0..<3))")
      let waiting = model[client, default: []]
      switch Int.random(in: 0..<4) {
      case 0, 1:
        number += 1
        _ = mailbox.append(message("\(number)"), for: client)
        model[client, default: []].append((number, "\(number)"))
      case 2:
        let through = waiting.randomElement()?.0 ?? number
        mailbox.acknowledge(client, through: through)
        model[client] = waiting.filter { $0.0 > through }
      default:
        let after = waiting.randomElement()?.0 ?? 0
        _ = mailbox.read(client, after: after, bytes: .max)
        let expected = waiting.filter { $0.0 > after }.map { "\($0.0):\($0.1)" }
        #expect(
          answers(of: mailbox).last?.hasSuffix(" \(client) " + expected.joined(separator: " "))
            ?? false
        )
      }
      #expect(mailbox.count(for: client) == model[client]?.count ?? 0)
    }
    let bytes = model.values.joined().reduce(0) { $0 + Self.overhead + $1.1.utf8.count }
    #expect(mailbox.heldBytes == bytes)
  }
}
