import Testing

@testable import Messaging

@Suite("Queue") struct QueueTests {
  private func takeAll(_ queue: inout Queue<Int>) -> [Int] {
    var taken: [Int] = []
    while let next = queue.removeFirst() { taken.append(next) }
    return taken
  }

  @Test("what comes first goes first") func order() {
    var queue = Queue<Int>()
    #expect(queue.isEmpty)
    #expect(queue.first == nil)
    for number in 1...3 { queue.append(number) }
    #expect(queue.first == 1)
    queue.removeFirst()
    queue.append(4)
    let rest = takeAll(&queue)
    #expect(rest == [2, 3, 4])
    #expect(queue.isEmpty)
    let nothing = queue.removeFirst()
    #expect(nothing == nil)
  }

  @Test("the first that fits is taken out", arguments: 0...4)
  func removeWhere(gone: Int) {
    var queue = Queue<Int>()
    queue.append(-1)
    for number in 0..<4 { queue.append(number) }
    queue.removeFirst()
    let removed = queue.remove { $0 == gone }
    #expect(removed == (gone < 4 ? gone : nil))
    let removedBefore = queue.remove { $0 == -1 }
    #expect(removedBefore == nil)
    let rest = takeAll(&queue)
    #expect(rest == (0..<4).filter { $0 != gone })
  }

  @Test("the queue agrees with an array over thousands of random operations")
  func randomOperations() {
    var queue = Queue<Int>()
    var model: [Int] = []
    for number in 0..<20_000 {
      var removed: Int?
      var expected: Int?
      switch Int.random(in: 0..<10) {
      case 0..<5:
        queue.append(number)
        model.append(number)
      case 5..<9:
        removed = queue.removeFirst()
        expected = model.isEmpty ? nil : model.removeFirst()
      default:
        expected = model.randomElement()
        removed = queue.remove { $0 == expected }
        model.removeAll { $0 == expected }
      }
      #expect(removed == expected)
      #expect(queue.first == model.first)
      #expect(queue.isEmpty == model.isEmpty)
    }
  }
}
