import Testing

@testable import Bench

@Suite("Plain memory") struct FixedArrayTests {
  @Test("elements keep what was assigned") func elements() {
    let array = FixedArray(repeating: 7, count: 3)
    array[1] = 8
    #expect((0..<3).map { array[$0] } == [7, 8, 7])
    #expect(FixedArray(repeating: 0, count: 0).count == 0)
  }

  @Test("bytes are copied to the last place that fits, words are stored lowest byte first")
  func bytes() {
    let array = FixedArray<UInt8>(repeating: 0, count: 10)
    array.copy([1, 2, 3].span, to: 7)
    array.store(0x0807_0605_0403_0201, at: 1)
    array.withBytes(10) { #expect($0.copied == [0, 1, 2, 3, 4, 5, 6, 7, 8, 3]) }
    array.withBytes(2, from: 8) { #expect($0.copied == [8, 3]) }
    let other = FixedArray<UInt8>(repeating: 9, count: 4)
    other.copy(3, of: array, at: 7, to: 1)
    other.withBytes(4) { #expect($0.copied == [9, 7, 8, 3]) }
    array.withBytes(9) { #expect($0.word(at: 1) == 0x0807_0605_0403_0201) }
  }

  @Test("bytes are compared at their places") func comparison() {
    let array = FixedArray<UInt8>(repeating: 0, count: 5)
    array.copy([1, 2, 3, 4, 5].span, to: 0)
    let given: [UInt8] = [0, 3, 4, 5]
    let same = array.isEqual(to: given.span, at: 1, count: 3, from: 2)
    let shifted = array.isEqual(to: given.span, at: 0, count: 3, from: 2)
    let nothing = array.isEqual(to: given.span, at: 4, count: 0, from: 5)
    #expect([same, shifted, nothing] == [true, false, true])
  }

  @Test("access beyond the end traps") func bounds() async {
    await #expect(processExitsWith: .failure) { _ = FixedArray(repeating: 0, count: 3)[3] }
    await #expect(processExitsWith: .failure) {
      FixedArray<UInt8>(repeating: 0, count: 8).store(1, at: 1)
    }
    await #expect(processExitsWith: .failure) {
      FixedArray<UInt8>(repeating: 0, count: 2).copy([1, 2].span, to: 1)
    }
  }
}
