import Foundation
import Testing
import UV

@Suite("What is known of the machine") struct SystemInfoTests {
  @Test("memory is at most the machine's, and at least what this test needs") func memory() throws {
    let text = try String(contentsOfFile: "/proc/meminfo", encoding: .utf8)
    let total = try #require(text.firstMatch(of: /MemTotal: +(\d+) kB/))
    let bytes = try #require(UInt64(total.1)) * 1_024
    #expect((1 << 24...bytes).contains(SystemInfo.memoryBytes))
  }
}
