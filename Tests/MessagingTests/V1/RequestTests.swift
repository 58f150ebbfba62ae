import Testing

@testable import Messaging

@Suite("Requests") struct RequestTests {
  private func ids(_ list: String) -> [ClientID]? {
    let text = #"{"type":"watch","peers":"# + list + "}"
    guard case .watch(let peers) = Reading(text).action else { return nil }
    let ids = peers.ids(in: Array(text.utf8).span)
    #expect(ids.count == peers.count)
    return ids
  }

  @Test("peers come in their order") func peers() {
    #expect(ids("[]") == [])
    #expect(ids(" [ ] ") == [])
    #expect(ids(#"["1001"]"#) == ["1001"])
    #expect(ids(#"[ "b" , "a","b" ]"#) == ["b", "a", "b"])
    #expect(ids(#"["\u0031","é","😀","\ud83d\ude00"]"#) == ["1", "é", "😀", "😀"])
  }

  @Test("a thousand peers are taken, one more is not") func manyPeers() {
    let names = (0...1000).map { "\"\($0)\"" }
    #expect(ids("[" + names.prefix(1000).joined(separator: ",") + "]")?.count == 1000)
    let text = #"{"type":"watch","peers":["# + names.joined(separator: ",") + "]}"
    #expect(Reading(text).error == .tooManyPeers)
  }

  @Test(
    "any peer that cannot be a client is a bad target",
    arguments: [
      #"[""]"#, #"["a",""]"#, #"["a b"]"#, #"["a","b:c"]"#, #"["a/b"]"#, #"["\n"]"#, #"["\u0085"]"#,
      "[1]", "[null]", #"[["a"]]"#, #"[{}]"#, #"["a",true]"#,
      "[\"" + String(repeating: "x", count: 65) + "\"]",
    ]
  )
  func badPeers(list: String) {
    for type in ["watch", "unwatch"] {
      let error = Reading(#"{"type":""# + type + #"","peers":"# + list + "}").error
      #expect(error?.code == .badTarget)
    }
  }

  @Test(
    "peers are an array",
    arguments: [#""1001""#, "{}", "1", "null", "true", #"{"0":"a"}"#]
  )
  func noArray(list: String) {
    #expect(Reading(#"{"type":"watch","peers":"# + list + "}").error == .invalid(.peers))
  }
}
