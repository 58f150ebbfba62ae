import Messaging
import Testing

@testable import MessagingService

@Suite("Clients that are kept out") struct BlockListTests {
  @Test("a client is kept out until its time is over") func time() throws {
    let blocks = BlockList()
    let client = try ClientID("a")
    #expect(blocks.end(of: client, at: 0) == nil)
    #expect(blocks.add(client, for: 1000, at: 5))
    #expect(blocks.end(of: client, at: 1004) == 1005)
    #expect(blocks.end(of: client, at: 1005) == nil)
    #expect(blocks.end(of: try ClientID("b"), at: 5) == nil)
  }

  @Test("a new time stands instead of the old one, and can be taken back") func change() throws {
    let blocks = BlockList()
    let client = try ClientID("a")
    _ = blocks.add(client, for: 1000, at: 0)
    _ = blocks.add(client, for: 10, at: 0)
    #expect(blocks.end(of: client, at: 9) == 10)
    #expect(blocks.remove(client, at: 9))
    #expect(!blocks.remove(client, at: 9))
    _ = blocks.add(client, for: 10, at: 0)
    #expect(!blocks.remove(client, at: 10))
  }

  @Test("there are only so many, but those whose time is over do not count") func bound() throws {
    let blocks = BlockList()
    for number in 0..<BlockList.maximumCount {
      #expect(blocks.add(try ClientID("\(number)"), for: number == 7 ? 10 : 1000, at: 0))
    }
    let client = try ClientID("y")
    #expect(!blocks.add(client, for: 1, at: 9))
    #expect(blocks.add(try ClientID("0"), for: 2000, at: 9))
    #expect(blocks.add(client, for: 1000, at: 10))
    #expect(!blocks.add(try ClientID("z"), for: 1, at: 11))
  }

  @Test(
    "times have a unit",
    arguments: [
      ("1s", 1000), ("30s", 30_000), ("15m", 900_000), ("12h", 43_200_000), ("7d", 604_800_000),
      ("99999d", 8_639_913_600_000), ("100000s", nil), ("0s", nil), ("01s", nil), ("s", nil),
      ("", nil),
      ("5", nil), ("5w", nil), ("-5s", nil), ("+5s", nil), ("1.5h", nil), (" 5s", nil),
      ("5 s", nil),
      ("٣s", nil), ("5s\u{301}", nil),
    ] as [(String, UInt64?)]
  )
  func times(text: String, milliseconds: UInt64?) {
    #expect(BlockList.milliseconds(text) == milliseconds)
  }
}
