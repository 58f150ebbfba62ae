import Testing

@testable import sotto

@Suite("Argument syntax") struct ArgumentSyntaxTests {
  let syntax = ArgumentSyntax<Int>(
    placeholder: "n",
    allowed: "one",
    parse: { $0 == "one" ? 1 : nil }
  )

  @Test("a text that is allowed has a value") func value() throws {
    #expect(try syntax.value(of: "one") == 1)
  }

  @Test("the error of any other says what is allowed") func error() {
    let error = #expect(throws: ArgumentError.self) { try syntax.value(of: "two") }
    #expect(error?.description == "allowed: one")
  }
}
