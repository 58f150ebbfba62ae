import Glibc
import Testing

@testable import sotto

@Suite("System calls") struct SystemCallsTests {
  let line = ArraySlice("line\n".utf8)

  @Test("a pipe takes lines until it is full, and again when it was read") func pipe() throws {
    let pipe = try Pipe()
    let descriptor = LogDescriptor(pipe.writeEnd)
    #expect(descriptor.write(line) == .wrote(5))
    #expect(pipe.read() == "line\n")
    let chunk = [UInt8](repeating: 97, count: LogBuffer.chunk)[...]
    var chunks = 0
    while descriptor.write(chunk) == .wrote(LogBuffer.chunk), chunks < 1000 { chunks += 1 }
    #expect((1..<1000).contains(chunks))
    #expect(descriptor.write(line) == .full)
    #expect(!pipe.isNonBlocking)
    #expect(pipe.read().utf8.count == chunks * LogBuffer.chunk)
    #expect(descriptor.write(line) == .wrote(5))
  }

  @Test("a socket takes lines until it is full, without blocking") func socket() throws {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue)
    try #require(unsafe socketpair(AF_UNIX, type, 0, &ends) == 0)
    defer { for end in ends { close(end) } }
    let descriptor = LogDescriptor(ends[0])
    let chunk = [UInt8](repeating: 97, count: LogBuffer.chunk)[...]
    var chunks = 0
    while case .wrote = descriptor.write(chunk), chunks < 10_000 { chunks += 1 }
    #expect((1..<10_000).contains(chunks))
    #expect(descriptor.write(line) == .full)
    #expect(fcntl(ends[0], F_GETFL) & O_NONBLOCK == 0)
  }

  @Test("a pipe without a reader is gone, and no signal is sent") func noReader() throws {
    let pipe = try Pipe()
    let descriptor = LogDescriptor(pipe.writeEnd)
    pipe.closeReader()
    #expect(descriptor.write(line) == .gone)
  }

  @Test("a closed descriptor is gone") func closed() {
    #expect(LogDescriptor(1_000_000).write(line) == .gone)
  }

  @Test("a device and a file take everything") func device() throws {
    let null = unsafe open("/dev/null", O_WRONLY)
    defer { close(null) }
    #expect(LogDescriptor(null).write(line) == .wrote(5))
    var name = "/tmp/sotto-XXXXXX".utf8CString.map { $0 }
    let file = unsafe mkstemp(&name)
    try #require(file >= 0)
    defer { close(file) }
    unsafe unlink(name)
    #expect(LogDescriptor(file).write(line) == .wrote(5))
  }

  @Test("a write takes no more than a chunk") func chunk() throws {
    let pipe = try Pipe()
    let bytes = [UInt8](repeating: 97, count: LogBuffer.chunk + 1)[...]
    #expect(LogDescriptor(pipe.writeEnd).write(bytes) == .wrote(LogBuffer.chunk))
  }

  @Test("the time of the clock is this century's") func clock() {
    #expect(Timestamp.now.milliseconds > Timestamp(milliseconds: 1_700_000_000_000).milliseconds)
  }

  @Test("a variable that is not set has no value") func environment() {
    #expect(Environment.value(of: "PATH")?.isEmpty == false)
    #expect(Environment.value(of: "SOTTO_NO_SUCH_VARIABLE") == nil)
  }

  @Test("a line for people is written whole, or given up when nobody can read it")
  func stream() throws {
    let pipe = try Pipe()
    StandardStream.write("ready\n", to: pipe.writeEnd)
    #expect(pipe.read() == "ready\n")
    StandardStream.write("lost\n", to: -1)
  }
}
