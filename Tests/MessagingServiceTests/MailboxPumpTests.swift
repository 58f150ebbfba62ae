import Messaging
import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import MessagingService

@Suite("Mailbox pump") struct MailboxPumpTests {
  @Test("what is kept is delivered oldest first, and let go of") func kept() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let a = try hall.client("/ws/1001")
      for number in 1...100 { a.send(.text, "6001:\(number)") }
      try loop.run { hall.mailbox.heldBytes > 100 * 128 && !a.texts.isEmpty }
      let b = try hall.client("/ws/6001")
      try hall.expect((1...100).map { "Client #1001 says: \($0)" }, at: b)
      try loop.run { hall.mailbox.heldBytes == 0 }
    }
  }

  @Test("the sender hears once that the target is offline, when the message is kept") func notice()
    throws
  {
    try withLoop { loop in
      let hall = try Hall(on: loop)
      let a = try hall.client("/ws/1001")
      hall.mailbox.isDelayed = true
      a.send(.text, "6001:one")
      a.send(.text, "6001:two")
      a.send(.text, "1001:marker")
      try hall.expect(["Client #1001 says: marker"], at: a)
      hall.mailbox.isDelayed = false
      try loop.run { a.texts.count == 2 }
      #expect(a.texts.last?.hasPrefix("Client #6001 is offline; ") == true)
    }
  }

  @Test("a full mailbox is an error to the sender") func full() throws {
    try withLoop { loop in
      let hall = try Hall(on: loop, mailbox: .init(messages: 1))
      let a = try hall.client("/ws/1001")
      a.send(.text, "6001:one")
      a.send(.text, "6001:two")
      try loop.run { a.texts.count == 2 }
      #expect(a.texts.contains { $0.hasPrefix("Error: ") && $0.contains("full") })
    }
  }
}
