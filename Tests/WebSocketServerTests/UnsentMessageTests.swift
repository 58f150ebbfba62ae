import TestSupport
import Testing
import UV
import WebSocketProtocol

@testable import WebSocketServer

@Suite("Unsent message") struct UnsentMessageTests {
  private let frames = [
    WireFrame(.text, "one", key: nil), WireFrame(.ping, "?", key: nil),
    WireFrame(.binary, Array(repeating: 7, count: 200), key: nil), WireFrame(.text, "", key: nil),
    WireFrame(.close, [3, 232], key: nil),
  ]

  private var wire: [UInt8] { frames.flatMap(\.bytes) }

  /// Where each frame ends.
  private var ends: [Int] {
    var end = 0
    return frames.map {
      end += $0.bytes.count
      return end
    }
  }

  @Test("of frames, the messages that were not taken whole come back")
  func afterAnyByte() {
    let messages: [(place: Int, message: UnsentMessage)] = [
      (0, UnsentMessage(kind: .text, first: ArraySlice("one".utf8), second: [])),
      (2, UnsentMessage(kind: .binary, first: .init(repeating: 7, count: 200), second: [])),
      (3, UnsentMessage(kind: .text, first: [], second: [])),
    ]
    for taken in 0...wire.count {
      var unsent: [UnsentMessage] = []
      unsent.append(from: wire, taken: taken)
      #expect(unsent == messages.filter { ends[$0.place] > taken }.map(\.message), "\(taken)")
    }
  }

  @Test("the frame that the next byte belongs to is found") func startOfFrame() {
    let starts = [0] + ends
    for sent in 0...wire.count {
      let start = FrameHeader.startOfFrame(wire.span, sent: sent)
      #expect(start == starts.last { $0 <= sent }, "\(sent)")
    }
  }

  @Test("whole frames are counted, and found by their number") func numbers() {
    let starts = [0] + ends
    for sent in 0...wire.count {
      let number = FrameHeader.wholeFrames(wire.span, sent: sent)
      #expect(number == ends.count { $0 <= sent }, "\(sent)")
      let start = FrameHeader.startOfFrame(wire.span, number: number)
      #expect(start == starts[number], "\(sent)")
    }
  }

  @Test("of a compressed chunk come back, as they were, those whose frames were not sent whole")
  func compressed() throws {
    let text = Array(repeating: UInt8(ascii: "x"), count: 100)
    let messages = [text, [1, 2, 3], text + text, text]
    let frames = messages.map { WireFrame(.binary, $0, key: nil).bytes }
    var chunk = WriteQueue.Chunk(bytes: frames.flatMap { $0 }, isCompressible: true)
    chunk.compress(by: PermessageDeflate(DeflateParameters(), pool: DeflatePool()))
    let wire = Array(chunk.rest.0)
    #expect(wire.count < 80)
    for taken in 0...wire.count {
      let number = FrameHeader.wholeFrames(wire.span, sent: taken)
      var unsent: [UnsentMessage] = []
      unsent.append(from: chunk, taken: taken)
      #expect(unsent.map { Array($0.first) } == Array(messages.dropFirst(number)), "\(taken)")
    }
  }

  @Test("a frame whose payload lies elsewhere begins where its header does") func headerOnly() {
    // As when a large payload goes to the kernel from where it was received.
    let header = FrameHeader.encode(.binary, payloadCount: 100_000).bytes
    let bytes = WireFrame(.text, "x", key: nil).bytes + header
    for sent in 3...bytes.count + 99_999 {
      let start = FrameHeader.startOfFrame(bytes.span, sent: sent)
      guard start == 3 else {
        Issue.record("\(start) after \(sent) bytes")
        break
      }
    }
  }

  @Test("the tail of the last message comes back in the memory that it was received in")
  func tail() {
    var received = [UInt8](repeating: 9, count: 70_000)
    let before = WireFrame(.text, "x", key: nil).bytes
    let header = FrameHeader.encode(.binary, payloadCount: 70_001).bytes
    let chunk = WriteQueue.Chunk(bytes: before + header + [8], tail: received[1...] + [9])
    for (taken, messages) in [(0, 2), (2, 2), (3, 1), (70_013, 1), (70_014, 0)] {
      var unsent: [UnsentMessage] = []
      unsent.append(from: chunk, taken: taken)
      #expect(unsent.count == messages, "\(taken)")
      guard let last = unsent.last else { continue }
      #expect(last.kind == .binary && last.first == [8] && last.second.count == 70_000)
    }
    let sharing = WriteQueue.Chunk(bytes: header + [8], tail: received[...])
    var unsent: [UnsentMessage] = []
    unsent.append(from: sharing, taken: 20)
    #expect(unsent.first?.second == received[...])
    #expect(isShared(&received))
  }

  @Test(
    "a message that is a small part of its frames keeps no others alive",
    arguments: [false, true]
  )
  func smallPart(isSmall: Bool) {
    let others = [UInt8](repeating: 1, count: isSmall ? 70_000 : 20_000)
    var frames = WireFrame(.binary, others, key: nil).bytes
    let taken = frames.count
    frames += WireFrame(.binary, [UInt8](repeating: 2, count: 20_000), key: nil).bytes
    var unsent: [UnsentMessage] = []
    unsent.append(from: frames, taken: taken)
    #expect(unsent.map(\.first) == [ArraySlice(repeating: 2, count: 20_000)])
    #expect(isShared(&frames) == !isSmall)
  }

  @Test("nothing comes of nothing") func empty() {
    var unsent: [UnsentMessage] = []
    unsent.append(from: [], taken: 0)
    #expect(unsent == [])
    let start = FrameHeader.startOfFrame(Span(), sent: 0)
    #expect(start == 0)
  }
}
