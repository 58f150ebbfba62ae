import TestSupport
import Testing

@testable import UV

@Suite("Memory for the handles of connections") struct HandleSlabTests {
  @Test("cells differ, and one that was given back is taken again", arguments: [1, 64, 65, 300])
  func cells(count: Int) {
    let slab = HandleSlab()
    let cells = unsafe (0..<count).map { _ in unsafe UnsafeMutableRawPointer(slab.take()) }
    #expect(unsafe Set(cells).count == count)
    unsafe slab.give(cells[0])
    #expect(unsafe UnsafeMutableRawPointer(slab.take()) == cells[0])
  }

  @Test("connections that come after others use their memory") func reuse() throws {
    try withLoop { loop in
      var used: Set<UnsafeMutableRawPointer> = unsafe []
      for _ in 0..<200 {
        let stream = try RecordingStream.unconnected(on: loop)
        unsafe used.insert(try #require(stream.memory))
        stream.close()
        loop.run()
        #expect(unsafe stream.memory == nil)
      }
      #expect(unsafe used.count == 1)
    }
  }
}
