import Logging
import Testing

@testable import sotto

@Suite("Log writer") struct LogWriterTests {
  @Test("a line is written at once") func atOnce() throws {
    let pipe = try Pipe()
    let writer = LogWriter(to: LogDescriptor(pipe.writeEnd), format: .text)
    writer.write(line("hello"))
    #expect(pipe.read() == "1970-01-01T00:00:00.000Z info hello\n")
  }

  @Test("with a full pipe nothing blocks, memory is bounded, and every line is accounted for")
  func full() throws {
    let pipe = try Pipe()
    let writer = LogWriter(to: LogDescriptor(pipe.writeEnd), format: .text, capacity: 10_000)
    let total = 5_000
    for number in 1...total { writer.write(line("event \(number)")) }
    var text = ""
    // Each flush moves on what the pipe has room for; the last one tells what was dropped.
    for _ in 0..<3 {
      text += pipe.read()
      writer.flush()
    }
    let lines = text.split(separator: "\n")
    let last = try #require(lines.last)
    let dropped = try #require(last.firstMatch(of: /warning dropped (\d+) log lines$/))
    #expect(lines.count - 1 + (try #require(Int(dropped.1))) == total)
    for (index, line) in lines.dropLast().enumerated() {
      #expect(line.hasSuffix(" info event \(index + 1)"))
    }
    writer.write(line("after"))
    #expect(pipe.read().hasSuffix(" info after\n"))
  }

  @Test("a reader that went away hurts nobody") func gone() throws {
    let pipe = try Pipe()
    let writer = LogWriter(to: LogDescriptor(pipe.writeEnd), format: .json)
    pipe.closeReader()
    for _ in 0..<10 { writer.write(line("lost")) }
    writer.flush()
  }

  private func line(_ message: String) -> LogLine {
    LogLine(time: Timestamp(milliseconds: 0), level: .info, message: message, metadata: [:])
  }
}
