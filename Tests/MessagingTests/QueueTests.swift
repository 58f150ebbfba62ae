import Testing

@testable import Messaging

@Suite("Queue") struct QueueTests {
  private func takeAll(_ queue: inout Queue<Int>) -> [Int] {
    var taken: [Int] = []
    while let next = queue.removeFirst() { taken.append(next) }
    return taken
  }

  private func front(_ queue: borrowing Queue<Int>) -> Int? {
    queue.isEmpty ? nil : queue.first
  }

  @Test("what comes first goes first") func order() {
    var queue = Queue<Int>()
    #expect(front(queue) == nil)
    for number in 1...3 { queue.append(number) }
    #expect(front(queue) == 1)
    queue.removeFirst()
    queue.append(4)
    let rest = takeAll(&queue)
    #expect(rest == [2, 3, 4])
    let nothing = queue.removeFirst()
    #expect(nothing == nil)
  }

  @Test("elements go with the queue") func ends() {
    final class Element {}
    weak var last: Element?
    do {
      var queue = Queue<Element>()
      for _ in 0..<20 {
        let element = Element()
        last = element
        queue.append(element)
      }
      queue.removeFirst()
      #expect(last != nil)
    }
    #expect(last == nil)
  }

  @Test("a flood and what follows it keep their order") func flood() {
    var queue = Queue<Int>()
    for round in 0..<3 {
      for number in 0..<5000 { queue.append(round * 5000 + number) }
      let taken = takeAll(&queue)
      #expect(taken == Array(round * 5000..<(round + 1) * 5000))
    }
  }

  @Test("the queue agrees with an array over thousands of random operations")
  func randomOperations() {
    var queue = Queue<Int>()
    var model: [Int] = []
    for number in 0..<20_000 {
      var removed: Int?
      var expected: Int?
      if Int.random(in: 0..<100) < (number % 2000 < 1000 ? 60 : 40) {
        queue.append(number)
        model.append(number)
      } else {
        removed = queue.removeFirst()
        expected = model.isEmpty ? nil : model.removeFirst()
      }
      #expect(removed == expected)
      #expect(front(queue) == model.first)
    }
  }
}
