import TestSupport
import Testing
import WebSocketProtocol

@testable import Bench

@Suite("Frames of the load generator (RFC 6455 §5.3)") struct ClientFrameTests {
  @Test("a reader of a server's side gets the payload", arguments: [0, 1, 125, 126, 65535, 65536])
  func roundTrip(count: Int) throws {
    let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    var bytes = ClientFrame.encode(.binary, payload)
    let recorder = MessageRecorder()
    var reader = MessageReader(from: .client)
    var span = bytes.mutableSpan
    try reader.receive(&span, limits: Limits(), into: recorder)
    #expect(recorder.events == [.binary(payload)])
  }

  @Test("a later part is masked where it lies", arguments: 0..<5) func parts(offset: Int) {
    let payload = Array("0123456789".utf8)
    let whole = ClientFrame.masked(payload)
    #expect(ClientFrame.masked(Array(payload[offset...]), after: offset) == Array(whole[offset...]))
  }
}
