import Messaging
import Testing

@testable import MessagingService

@Suite("Rows of clients") struct ClientRowsTests {
  private func row(_ number: Int64) throws -> ClientRows.Row {
    ClientRows.Row(number, try ClientID("c\(number)"), received: 3, offered: 4, erased: 5)
  }

  @Test("clients are found by name and by row until they are removed") func finding() throws {
    var rows = ClientRows()
    let first = try row(1)
    rows.add(first)
    rows.add(try row(2))
    #expect(rows.find(first.name) === first && rows.find(row: 1) === first)
    #expect(first.done == 5)
    rows.remove(row: 1)
    #expect(rows.find(first.name) == nil && rows.find(row: 1) == nil)
    #expect(rows.find(row: 2) != nil)
  }

  @Test("each that has changed is taken once") func changes() throws {
    var rows = ClientRows()
    let (a, b) = (try row(1), try row(2))
    for row in [a, b, a, a] { rows.change(row) }
    #expect(rows.takeChanged().map(\.row) == [1, 2])
    #expect(rows.takeChanged().isEmpty)
    rows.change(a)
    #expect(rows.takeChanged().map(\.row) == [1])
  }

  @Test("those for which nothing waits any more are told") func drained() throws {
    var rows = ClientRows()
    let (a, b, uncounted) = (try row(1), try row(2), try row(3))
    a.waiting = (2, 300)
    b.waiting = (2, 300)
    rows.drain(a, count: 2, bytes: 300)
    rows.drain(b, count: 1, bytes: 150)
    rows.drain(uncounted, count: 1, bytes: 1)
    #expect(b.waiting ?? (0, 0) == (1, 150))
    #expect(rows.takeDrained() == [a.name])
    #expect(rows.takeDrained().isEmpty)
  }
}
