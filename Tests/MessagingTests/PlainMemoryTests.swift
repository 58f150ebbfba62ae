import Testing

@testable import Messaging

@Suite("Plain memory") struct PlainMemoryTests {
  private final class Witness {}

  @Test("a value is changed in place") func change() {
    let memory = PlainMemory([1])
    memory.value.append(2)
    memory.value[0] = 3
    #expect(memory.value == [3, 2])
  }

  @Test("what it holds goes with it") func end() {
    weak var witness: Witness?
    do {
      let held = Witness()
      witness = held
      let memory = PlainMemory(held)
      #expect(memory.value === held)
    }
    #expect(witness == nil)
  }
}
