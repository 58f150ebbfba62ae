import Testing

@testable import Messaging

@Suite("Client") struct ClientTests {
  @Test("one connection needs no details")
  func oneConnection() {
    var client = Client("a")
    #expect(client.connections == [])
    #expect(!client.isOnline && client.isForgettable)
    client.add(1)
    #expect(client.connections == [1])
    #expect(client.isOnline && !client.isForgettable)
    #expect(client.details == nil)
  }

  @Test("the order of the others stays, whichever goes", arguments: [1, 2, 3] as [ConnectionID])
  func removal(gone: ConnectionID) {
    var client = Client("a")
    let all: [ConnectionID] = [1, 2, 3]
    for one in all { client.add(one) }
    #expect(client.connections == all)
    let isRemoved = client.remove(gone)
    #expect(isRemoved)
    #expect(!client.has(gone))
    #expect(client.connections == all.filter { $0 != gone })
    let isRemovedAgain = client.remove(gone)
    #expect(!isRemovedAgain)
    for one in client.connections {
      #expect(client.has(one))
      let isRemoved = client.remove(one)
      #expect(isRemoved)
    }
    #expect(client.connections == [])
    #expect(client.details == nil)
    #expect(client.isForgettable)
  }

  @Test("a connection that is not one of its own is not removed")
  func stranger() {
    var client = Client("a")
    let ofNone = client.remove(1)
    client.add(1)
    let ofOthers = client.remove(2)
    #expect(!ofNone && !ofOthers)
    #expect(client.connections == [1])
  }

  @Test("all connections go at once") func removeAll() {
    var client = Client("a")
    client.add(1)
    client.add(2)
    client.removeConnections()
    #expect(client.connections == [])
    #expect(!client.has(1) && !client.has(2))
  }

  @Test("a client in its grace is online and not forgotten") func grace() {
    var client = Client("a")
    client.detail().absence = Absence(why: .closed, lastSign: 1, graceEnd: 5)
    #expect(client.isOnline && !client.isForgettable)
    client.dropIdleDetails()
    #expect(client.details != nil)
    client.details?.absence = nil
    client.dropIdleDetails()
    #expect(client.details == nil)
    #expect(!client.isOnline && client.isForgettable)
  }

  @Test("held messages, a feed and peers are remembered") func remembered() {
    var client = Client("a")
    client.detail().held = [KeptMessage(from: "b", .text, [])]
    #expect(!client.isForgettable)
    client = Client("a")
    client.detail().feed = Feed(connection: 1)
    #expect(!client.isForgettable)
    client = Client("a")
    client.peers = [Peer(client: 0, lastMessage: 0)]
    #expect(!client.isForgettable)
  }
}
