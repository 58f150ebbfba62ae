import Testing

@testable import MessagingService

@Suite("Errors of SQLite") struct SQLiteErrorTests {
  @Test("extended codes belong to their first byte", arguments: [(522, 10), (13, 13), (267, 11)])
  func codes(code: Int32, primary: Int32) {
    #expect(SQLiteError(code: code, message: "").primaryCode == primary)
  }

  @Test(
    "damage is told from what passes",
    arguments: [(11, true), (267, true), (26, true), (13, false), (5, false)]
  )
  func damage(code: Int32, isDamage: Bool) {
    #expect(SQLiteError(code: code, message: "").isDamage == isDamage)
  }

  @Test("the code stands behind the words") func description() {
    let error = SQLiteError(code: 13, message: "database or disk is full")
    #expect("\(error)" == "database or disk is full (SQLite error 13)")
  }
}
