import Testing

@testable import Messaging

@Suite("Recent route") struct RecentRouteTests {
  private let routes = RecentRoutes()

  private func route(_ name: String, _ form: MessageForm = .text, from id: ClientID = "me")
    -> RecentRoute
  {
    let route = routes[1]
    route.set(sender: 1, id, target: 2, Array(name.utf8).span, form, period: 3)
    return route
  }

  private func match(
    _ payload: String,
    on route: RecentRoute,
    _ form: MessageForm = .text,
    from sender: UInt32 = 1,
    period: UInt32 = 3
  ) -> Int {
    route.match(Array(payload.utf8).span, form, from: sender, period: period)
  }

  @Test(
    "a payload that begins with name and colon goes the same way, whatever follows",
    arguments: [1, 2, 6, 7, 8, 9, 14, 15, 16, 17, 62, 63, 64],
    ["", "x", "12345678", ":a:b", "\0"]
  )
  func matches(length: Int, message: String) {
    let name = String(repeating: "n", count: length)
    #expect(match(name + ":" + message, on: route(name)) == length + 1)
  }

  @Test(
    "another name does not match, in whichever byte it differs",
    arguments: [1, 7, 8, 9, 16, 63, 64],
    ["", "some text behind the colon"]
  )
  func otherNames(length: Int, message: String) {
    let name = String(repeating: "n", count: length)
    let route = route(name)
    for place in 0..<length {
      var other = Array(name.utf8)
      other[place] ^= 1
      other += Array((":" + message).utf8)
      let matched = route.match(other.span, .text, from: 1, period: 3)
      #expect(matched == 0)
    }
    #expect(match(name + "n:" + message, on: route) == 0)
    #expect(match(name.dropLast() + ":" + message, on: route) == 0)
  }

  @Test("what is shorter than name and colon does not match") func short() {
    let route = route("abcdefgh")
    for count in 0..<9 { #expect(match(String("abcdefgh:".prefix(count)), on: route) == 0) }
    #expect(match("abcdefgh:", on: route) == 9)
  }

  @Test("another sender, form or period looks up anew") func otherCircumstances() {
    let route = route("a")
    #expect(match("a:", on: route) == 2)
    #expect(match("a:", on: route, from: 2) == 0)
    #expect(match("a:", on: route, .binary) == 0)
    #expect(match("a:", on: route, period: 4) == 0)
    #expect(route.target == 2)
  }

  @Test("nothing matches at first, nor when all has been cleared") func cleared() {
    #expect(match("a:", on: routes[0]) == 0)
    #expect(match(":", on: routes[.max], from: .max, period: 0) == 0)
    #expect(match("a:", on: route("a")) == 2)
    #expect(match("a:", on: routes[1]) == 2)
    routes.clear()
    #expect(match("a:", on: routes[1]) == 0)
  }

  @Test("senders do not take each other's place, unless their numbers end alike") func places() {
    let name = Array("a".utf8).span
    for sender in 0..<UInt32(RecentRoutes.count) {
      routes[sender].set(sender: sender, "me", target: sender + 7, name, .text, period: 3)
    }
    for sender in 0..<UInt32(RecentRoutes.count) {
      #expect(match("a:", on: routes[sender], from: sender) == 2)
      #expect(routes[sender].target == sender + 7)
    }
    let other = 5 + UInt32(RecentRoutes.count)
    #expect(match("a:", on: routes[other], from: other) == 0)
    routes[other].set(sender: other, "you", target: 1, name, .text, period: 3)
    #expect(match("a:", on: routes[5], from: 5) == 0)
    #expect(match("a:", on: routes[other], from: other) == 2)
    #expect(routes[other].withPrefix { [UInt8]($0) } == Array("Client #you says: ".utf8))
  }

  @Test(
    "the prefix is that of the sender and the form",
    arguments: [
      (MessageForm.text, "me", "Client #me says: "), (.binary, "me", "me:"),
      (.text, String(repeating: "é", count: 32), nil),
      (.binary, String(repeating: "é", count: 32), nil),
    ] as [(MessageForm, String, String?)]
  )
  func prefix(form: MessageForm, name: String, text: String?) {
    let id = ClientID(stringLiteral: name)
    let prefix = route("a", form, from: id).withPrefix { [UInt8]($0) }
    #expect(prefix == PlainEnvelope.prefix(form, from: id))
    if let text { #expect(prefix == Array(text.utf8)) }
  }

  @Test("the prefix follows when sender or form change") func prefixChanges() {
    let route = route("a")
    route.set(sender: 1, "me", target: 2, Array("a".utf8).span, .binary, period: 3)
    #expect(route.withPrefix { [UInt8]($0) } == Array("me:".utf8))
    route.set(sender: 7, "you", target: 2, Array("a".utf8).span, .binary, period: 3)
    #expect(route.withPrefix { [UInt8]($0) } == Array("you:".utf8))
    // A place that has been forgotten may be another's by now.
    routes.clear()
    routes[1].set(sender: 7, "they", target: 2, Array("a".utf8).span, .binary, period: 3)
    #expect(routes[1].withPrefix { [UInt8]($0) } == Array("they:".utf8))
  }
}
