import Foundation
import TestSupport
import Testing
import UV

@Suite("Work queue") struct WorkQueueTests {
  @Test("work runs elsewhere, its completion on the loop's thread, in a later round")
  func threads() throws {
    try withLoop { loop in
      let home = ObjectIdentifier(Thread.current)
      var answers: [Bool] = []
      WorkQueue(on: loop).run {
        ObjectIdentifier(Thread.current) != home
      } completion: { wasAway in
        answers = [wasAway, ObjectIdentifier(Thread.current) == home]
      }
      #expect(answers.isEmpty)
      loop.run()
      #expect(answers == [true, true])
    }
  }

  @Test("a result comes back, from many pieces of work at once") func results() throws {
    try withLoop { loop in
      let queue = WorkQueue(on: loop)
      var sum = 0
      for number in 1...1000 {
        queue.run {
          [Int](repeating: number, count: 3)
        } completion: {
          sum += $0.count * $0[0]
        }
      }
      loop.run()
      #expect(sum == 3 * 500_500)
    }
  }

  @Test("a completion may ask for more work") func again() throws {
    try withLoop { loop in
      let queue = WorkQueue(on: loop)
      let notes = Notes()
      queue.run {
        notes.add("first")
      } completion: {
        queue.run {
          notes.add("second")
        } completion: {
          notes.add("done")
        }
      }
      loop.run()
      #expect(notes.all == ["first", "second", "done"])
    }
  }

  @Test("work under way holds its loop and its completion, finished work neither")
  func lifetime() throws {
    weak var remains: EventLoop?
    weak var held: Notes?
    do {
      let loop = try EventLoop()
      remains = loop
      let notes = Notes()
      held = notes
      WorkQueue(on: loop).run {
      } completion: {
        notes.add("done")
      }
    }
    #expect(held != nil)
    remains?.run()
    #expect(held == nil)
    #expect(remains == nil)
  }

  @Test("closing the loop waits for what is under way") func closing() throws {
    let notes = Notes()
    try withLoop { loop in
      WorkQueue(on: loop).run {
        notes.add("worked")
      } completion: {
        notes.add("done")
      }
    }
    #expect(notes.all == ["worked", "done"])
  }
}
