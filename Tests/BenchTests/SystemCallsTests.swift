import Glibc
import Testing

@testable import Bench

@Suite("System calls of the load generator") struct SystemCallsTests {
  @Test("the clock goes on") func clock() {
    let first = Clock.now
    #expect(first > 0)
    #expect(Clock.now >= first)
  }

  @Test("a process that works has used time, one that is none has not") func processTime() throws {
    let before = try #require(SystemProcess.time(of: SystemProcess.own))
    let end = Clock.now + 2_000_000
    while Clock.now < end {}
    #expect(try #require(SystemProcess.time(of: SystemProcess.own)) > before)
    // Linux has no process of a higher number than 1 << 22, and none of this one.
    #expect(SystemProcess.time(of: 1 << 22) == nil)
  }

  @Test("files below /proc are read, those that are not there are nil") func files() throws {
    let text = try #require(SystemProcess.text(ofFile: "/proc/self/stat"))
    #expect(text.hasPrefix("\(SystemProcess.own) ("))
    #expect(SystemProcess.text(ofFile: "/proc/none") == nil)
    #expect(SystemProcess.processorsOnline >= 1)
    #expect(SystemProcess.prepare() >= 256)
  }
}
