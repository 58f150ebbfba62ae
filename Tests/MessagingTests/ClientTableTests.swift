import Testing

@testable import Messaging

@Suite("Client table") struct ClientTableTests {
  private func find(_ id: ClientID, in table: ClientTable) -> Client.Index? {
    table.find(Array(id.description.utf8).span)
  }

  @Test("a client is found by its name until it is removed")
  func addFindRemove() {
    let table = ClientTable()
    #expect(find("a", in: table) == nil)
    let place = table.add("a")
    #expect(find("a", in: table) == place)
    #expect(table.isKnown(place))
    #expect(table[place].id == "a")
    #expect(find("b", in: table) == nil)
    let nobody = table.find(Span())
    #expect(nobody == nil)
    table.remove(place)
    #expect(find("a", in: table) == nil)
    #expect(!table.isKnown(place))
    #expect(table.count == 0)
    #expect(table.places.isEmpty)
  }

  @Test("a free place is used again, with nothing of its last owner")
  func reuse() {
    let table = ClientTable()
    let place = table.add("a")
    table[place].connection = 1
    table.remove(place)
    #expect(table.add("b") == place)
    #expect(table[place].connection == nil)
    #expect(table[place].id == "b")
  }

  @Test("a place that was never used is not known")
  func unknown() {
    #expect(!ClientTable().isKnown(0))
    #expect(!ClientTable().isKnown(.max))
  }

  @Test("names that share their beginning, or differ in length only, are told apart")
  func similarNames() {
    let table = ClientTable()
    let names = (1...64).map { String(repeating: "x", count: $0) } + ["xxxxxxxy", "yxxxxxxx"]
    let places = names.map { table.add(ClientID(stringLiteral: $0)) }
    for (name, place) in zip(names, places) {
      #expect(find(ClientID(stringLiteral: name), in: table) == place)
    }
  }

  @Test("places stay while the table grows", arguments: [31, 32, 33, 63, 64, 65, 5000])
  func growth(count: Int) {
    let table = ClientTable()
    let ids = (0..<count).map { ClientID(stringLiteral: "client-\($0)") }
    let places = ids.map { table.add($0) }
    #expect(table.count == count)
    #expect(Set(places).count == count)
    #expect(Set(table.places) == Set(places))
    #expect(zip(ids, places).allSatisfy { find($0, in: table) == $1 && table[$1].id == $0 })
  }

  @Test("the table agrees with a dictionary over thousands of random additions and removals")
  func randomOperations() {
    var random = SystemRandomNumberGenerator()
    let table = ClientTable()
    var model: [ClientID: Client.Index] = [:]
    for step in 0..<20_000 {
      let id = ClientID(stringLiteral: "\(Int.random(in: 0..<3000, using: &random))")
      #expect(find(id, in: table) == model[id])
      if let place = model[id] {
        // In long runs of removals the table empties, in the others it fills.
        guard step / 4000 % 2 == 1 || Bool.random(using: &random) else { continue }
        table.remove(place)
        model[id] = nil
      } else {
        model[id] = table.add(id)
      }
      #expect(table.count == model.count)
    }
    #expect(Set(table.places) == Set(model.values))
    for (id, place) in model { #expect(find(id, in: table) == place) }
  }

  @Test("whatever is removed, in whatever order, all others are found")
  func removalInRuns() {
    // Half full, as full as it gets: runs are long.
    let ids = (0..<1024).map { ClientID(stringLiteral: "\($0)") }
    let table = ClientTable()
    var places = Dictionary(uniqueKeysWithValues: ids.map { ($0, table.add($0)) })
    for id in ids.shuffled() {
      guard let place = places.removeValue(forKey: id) else { continue }
      table.remove(place)
      let isRight = places.allSatisfy { find($0.key, in: table) == $0.value }
      #expect(isRight && find(id, in: table) == nil)
      if places.count % 64 != 0 { continue }
      #expect(Set(table.places) == Set(places.values))
    }
    #expect(table.count == 0)
  }
}
