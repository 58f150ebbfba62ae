import Testing

@testable import Bench

@Suite("What a process has used") struct ServerProcessTests {
  @Test("ticks are read behind a name with spaces and brackets") func ticks() throws {
    let stat = "42 (a) (b c) S 1 42 42 0 -1 4194560 150 0 0 0 123 45 0 0 20 0 1 0 100"
    let ticks = try #require(ServerProcess.ticks(in: stat))
    #expect(ticks.user == 123)
    #expect(ticks.system == 45)
    #expect(ServerProcess.ticks(in: "42 (short) S 1") == nil)
  }

  @Test("memory is read by its name") func memory() {
    let text = "55a0-7ffd ---p 0 00:00 0 [rollup]\nRss:     2048 kB\nAnonymous:    120 kB\n"
    #expect(ServerProcess.kibibytes(of: "Anonymous", in: text) == 120)
    #expect(ServerProcess.kibibytes(of: "Rss", in: text) == 2048)
    #expect(ServerProcess.kibibytes(of: "Pss", in: text) == nil)
  }

  @Test("this process can be measured, one that is none is a failure, and none is nothing")
  func usage() throws {
    let usage = try ServerProcess(id: SystemProcess.own).usage()
    #expect(usage.server > 0)
    #expect(usage.generator > 0)
    #expect(ServerProcess(id: SystemProcess.own).memory("Anonymous") ?? 0 > 0)
    #expect(throws: BenchError.self) { try ServerProcess(id: .max).usage() }
    #expect(try ServerProcess(id: nil).usage().server == 0)
    #expect(ServerProcess(id: nil).memory("Rss") == nil)
  }
}
