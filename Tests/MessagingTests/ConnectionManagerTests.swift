import Testing

@testable import Messaging

@Suite("Connection manager: who is there") struct ConnectionManagerTests {
  @Test("a place stays the same as long as a client is connected") func places() {
    let chat = Chat()
    let place = chat.connect("a", 1)
    #expect(chat.connect("a", 2) == place)
    #expect(chat.connect("b", 3) != place)
    chat.disconnect(1)
    #expect(chat.connect("a", 4) == place)
  }

  @Test("the leave is told to each peer that is online, once, at once") func leave() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.connect("c", 3)
    chat.connect("d", 4)
    for target in ["b", "c", "d", "absent"] { chat.send("\(target):hello", over: 1) }
    chat.disconnect(4)
    for one in 2...3 { _ = chat.take(ConnectionID(rawValue: UInt64(one))) }
    chat.disconnect(1)
    #expect(chat.take(2) == [Line.left("a")])
    #expect(chat.take(3) == [Line.left("a")])
    #expect(chat.take(1) == [Line.left("d")])
    chat.settle()
    chat.now += Chat.day
    chat.endGraces()
    #expect(chat.take(2) == [] && chat.take(3) == [] && chat.take(4) == [Line.says("a", "hello")])
  }

  @Test("each leave is told, when a client comes and goes") func leaveAgain() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    _ = chat.take(2)
    for _ in 0..<3 {
      chat.disconnect(1)
      #expect(chat.take(2) == [Line.left("a")])
      chat.connect("a", 1)
    }
  }

  @Test("a peer that was offline at the leave is told nothing later") func offlinePeer() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    chat.disconnect(2)
    chat.disconnect(1)
    chat.connect("b", 3)
    chat.settle()
    #expect(chat.take(3) == [])
  }

  @Test("messages to oneself make no peer") func oneself() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("a", 2)
    chat.send("a:hello", over: 1)
    chat.disconnect(2)
    #expect(chat.take(1) == [Line.says("a", "hello")])
    chat.disconnect(1)
    #expect(chat.manager.clientCount == 0)
  }

  @Test("a draining server tells nobody") func draining() {
    let chat = Chat()
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    _ = chat.take(2)
    chat.disconnect(1, isTold: false)
    #expect(chat.take(2) == [])
  }

  @Test("a draining server tells nobody in spite of a grace") func drainingWithGrace() {
    let chat = Chat(leaveGrace: 100)
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    _ = chat.take(2)
    chat.disconnect(1, isTold: false)
    chat.now += 1000
    chat.endGraces()
    #expect(chat.take(2) == [])
    #expect(chat.manager.nextGraceEnd == nil)
  }

  @Test("a connection that is not known any more is no leave") func unknownConnection() {
    let chat = Chat()
    let place = chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    _ = chat.take(2)
    chat.manager.disconnect(place, 9, unsent: [], at: chat.now, through: chat.outlet)
    #expect(chat.take(2) == [])
  }

  // MARK: The same id twice

  @Test("shared: all connections get every message, and only the last end is a leave")
  func share() {
    let chat = Chat(.share)
    for one in 1...3 { chat.connect("a", ConnectionID(rawValue: UInt64(one))) }
    chat.connect("b", 4)
    chat.send("a:hello", over: 4)
    for one in 1...3 {
      #expect(chat.take(ConnectionID(rawValue: UInt64(one))) == [Line.says("b", "hello")])
    }
    #expect(chat.outlet.farewells.isEmpty)
    for one in [2, 1] as [ConnectionID] {
      chat.disconnect(one)
      #expect(chat.take(4) == [])
    }
    chat.send("a:still there?", over: 4)
    #expect(chat.take(3) == [Line.says("b", "still there?")])
    chat.disconnect(3)
    #expect(chat.take(4) == [Line.left("a")])
  }

  @Test("shared: any number is admitted") func shareAdmits() {
    let chat = Chat(.share)
    chat.connect("a", 1)
    #expect(chat.manager.admits("a"))
  }

  @Test("replaced: the newer takes over, and its predecessor's end is no leave") func replace() {
    let chat = Chat(.replace)
    chat.connect("a", 1)
    chat.connect("b", 2)
    chat.send("b:hello", over: 1)
    _ = chat.take(2)
    #expect(chat.manager.admits("a"))
    chat.connect("a", 3)
    #expect(chat.outlet.farewells == [1: .replaced])
    chat.send("a:hello", over: 2)
    #expect(chat.take(3) == [Line.says("b", "hello")])
    #expect(chat.take(1) == [])
    chat.disconnect(1)
    #expect(chat.take(2) == [])
    chat.connect("a", 4)
    #expect(chat.outlet.farewells == [1: .replaced, 3: .replaced])
    chat.disconnect(3)
    #expect(chat.take(2) == [])
    chat.disconnect(4)
    #expect(chat.take(2) == [Line.left("a")])
  }

  @Test("rejected: a second connection is not admitted until the first has ended") func reject() {
    let chat = Chat(.reject)
    #expect(chat.manager.admits("a"))
    chat.connect("a", 1)
    #expect(!chat.manager.admits("a"))
    #expect(chat.manager.admits("b"))
    chat.disconnect(1)
    #expect(chat.manager.admits("a"))
  }

  @Test("rejected: an absent addressee, or a client in its grace, is admitted")
  func rejectAdmitsAbsent() {
    let chat = Chat(.reject, leaveGrace: 100)
    chat.connect("a", 1)
    chat.send("b:hello", over: 1)
    #expect(chat.manager.admits("b"))
    chat.disconnect(1)
    #expect(chat.manager.admits("a"))
  }
}
