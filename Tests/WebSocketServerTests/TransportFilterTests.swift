import Testing

@testable import WebSocketServer

@Suite("Transport filters") struct TransportFilterTests {
  private final class Nothing: TransportFilter {
    var isReady: Bool { true }
    var hasOutput: Bool { false }
    func takeOutput() -> [UInt8] { [] }
    func open(
      _ wire: Span<UInt8>,
      deliver: (inout MutableSpan<UInt8>) -> Bool
    ) -> TransportState { .open }
    func seal(_ plain: Span<UInt8>, isLast: Bool, _ body: (Span<UInt8>) -> Void) -> Int? { nil }
    func sealEnd() -> [UInt8] { [] }
    func plainCount(of count: Int, sealedTo wire: Span<UInt8>, sent: Int) -> Int { 0 }
  }

  @Test("each slot has its own, until it is taken away") func slots() {
    let filters = TransportFilters()
    let (first, second) = (Nothing(), Nothing())
    #expect(filters[5] == nil)
    filters[9] = nil
    filters[5] = first
    filters[0] = second
    #expect(filters[5] === first && filters[0] === second && filters[3] == nil)
    filters[5] = nil
    #expect(filters[5] == nil && filters[0] === second)
  }
}
