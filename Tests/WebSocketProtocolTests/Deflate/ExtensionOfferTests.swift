import Testing
import WebSocketProtocol

@Suite("Extension offers (RFC 6455 §9.1)") struct ExtensionOfferTests {
  /// As text: names, and `name=value` of parameters.
  private func read(_ fields: [String]) -> [String] {
    ExtensionOffer.parse(fields).map { offer in
      ([offer.name]
        + offer.parameters.map { parameter in
          parameter.name + (parameter.value.map { "=\($0)" } ?? "")
        }).joined(separator: ";")
    }
  }

  @Test(
    "offers have a name and parameters with and without values",
    arguments: [
      ("foo", ["foo"]), ("foo; bar", ["foo;bar"]), ("foo; bar=1; baz", ["foo;bar=1;baz"]),
      ("foo;bar;bar=2", ["foo;bar;bar=2"]), ("foo, bar; baz=2", ["foo", "bar;baz=2"]),
      ("foo ;\tbar = 1 , \t baz", ["foo;bar=1", "baz"]), (",, foo ,,bar,", ["foo", "bar"]),
      ("", []), (" ", []), ("x-!#$%&'*+.^_`|~; 09=AZ", ["x-!#$%&'*+.^_`|~;09=AZ"]),
    ]
  )
  func offers(field: String, expected: [String]) {
    #expect(read([field]) == expected)
  }

  @Test(
    "a quoted value is a token when unescaped",
    arguments: [
      (#"foo; bar="1""#, ["foo;bar=1"]), (#"foo; bar="1\0" ; baz"#, ["foo;bar=10;baz"]),
      (#"foo; bar="a"; b="c", d"#, ["foo;bar=a;b=c", "d"]),
      (#"foo; bar="", d"#, ["d"]), (#"foo; bar="a b", d"#, ["d"]), (#"foo; bar="a,b", d"#, ["d"]),
      (#"foo; bar="a\,b", d"#, ["d"]), (#"foo; bar="a\", d", e"#, ["e"]),
      (#"foo; bar="a;b""#, []), (#"foo; bar="a, d"#, []), (#"foo; bar="a\"#, []),
      (#"foo; bar="a"b, d"#, ["d"]), (#"foo; "bar", d"#, ["d"]), (#""foo", d"#, ["d"]),
      (#"foo; bar=a"b, d"#, []),
    ]
  )
  func quoted(field: String, expected: [String]) {
    #expect(read([field]) == expected)
  }

  @Test(
    "what does not follow the grammar is left out, and nothing else",
    arguments: [
      "foo;", "foo; ;bar", "foo bar", ";foo", "=", "foo; bar=", "foo; =1", "foo; bar==1", "foo=1",
      "foo; bar=1 2", "foo; bar baz", "fóo", "foo; bar=é", "foo/bar", "foo; b@r", "foo\u{1}",
    ]
  )
  func malformed(element: String) {
    #expect(read([element]) == [])
    #expect(read(["first, \(element), last; x=1"]) == ["first", "last;x=1"])
  }

  @Test("several fields are one list, in their order") func fields() {
    #expect(read(["a, b", "c; d", "", "e"]) == ["a", "b", "c;d", "e"])
    // But an element does not go on in the next field.
    #expect(read(["a; b=\"1", "2\", c"]) == [])
    #expect(read(["a;", "b"]) == ["b"])
    #expect(read([]) == [])
  }
}
