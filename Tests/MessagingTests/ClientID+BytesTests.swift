import Testing

@testable import Messaging

@Suite("Bytes of client ids") struct ClientIDBytesTests {
  @Test(
    "they are the name's UTF-8",
    arguments: ["1", "1001", "fifteen-letters", "sixteen--letters", "日本"]
  )
  func bytes(name: String) throws {
    let id = try ClientID(name)
    #expect([UInt8](id.bytes) == Array(name.utf8))
  }

  @Test("what is checked is what would be taken") func check() {
    let names = [
      "", "a", "a b", "a:b", "a/b", "\u{7F}", "\u{80}", "é", "\u{A0}", "\n", "~", "!", "\u{2028}",
      String(repeating: "x", count: 64), String(repeating: "x", count: 65),
      String(repeating: "é", count: 32), String(repeating: "é", count: 33),
    ]
    for bytes in names.map({ Array($0.utf8) }) + [[0xFF], [0x61, 0xC3]] {
      var made: ClientIDError?
      var checked: ClientIDError?
      do throws(ClientIDError) { _ = try ClientID(bytes.span) } catch { made = error }
      do throws(ClientIDError) { try ClientID.check(bytes.span) } catch { checked = error }
      #expect(made == checked, "\(bytes)")
    }
  }

  @Test("each byte alone") func single() {
    for byte in UInt8.min...UInt8.max {
      let isTaken = (try? ClientID([byte].span)) != nil
      #expect(((try? ClientID.check([byte].span)) != nil) == isTaken, "\(byte)")
    }
  }
}
