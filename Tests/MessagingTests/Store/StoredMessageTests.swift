import Messaging
import Testing

@Suite("Stored message") struct StoredMessageTests {
  private func key(_ sender: String, _ id: String) -> MessageKey {
    let (sender, id) = (Array(sender.utf8), Array(id.utf8))
    return MessageKey(sender.span, id.span, key: SipHash.Key(low: 1, high: 2))
  }

  @Test("it counts for its body and a little more") func bytes() {
    let message = StoredMessage(
      seq: 1,
      at: 2,
      from: "a",
      to: "b",
      id: [3],
      form: .binary,
      body: [1, 2, 3]
    )
    #expect(message.storedBytes == 131)
    #expect(message.mime.isEmpty && message.name.isEmpty)
  }

  @Test("the key is that of sender and id, and of no other pair") func keys() {
    #expect(key("a", "b") == key("a", "b"))
    let others = [key("b", "a"), key("ab", ""), key("", "ab"), key("a", "bc"), key("ab", "c")]
    #expect(!others.contains(key("a", "b")))
    #expect(key("ab", "c") != key("a", "bc"))
  }
}
