import Foundation
import TestSupport
import Testing
import UV

@Suite("The door for other threads") struct RemoteTests {
  @Test("an action from another thread runs on the loop's") func otherThread() throws {
    try withLoop { loop in
      let notes = Notes()
      let remote = loop.remote
      let home = ObjectIdentifier(Thread.current)
      Thread.detachNewThread {
        let isAway = ObjectIdentifier(Thread.current) != home
        let isTaken = remote.execute {
          notes.add(ObjectIdentifier(Thread.current) == home ? "at home" : "away")
        }
        if !isAway || !isTaken { notes.add("refused") }
      }
      try loop.run { notes.all.count == 1 }
      #expect(notes.all == ["at home"])
    }
  }

  @Test("the actions of a thread keep their order") func order() throws {
    try withLoop { loop in
      let notes = Notes()
      let remote = loop.remote
      for name in ["a", "b", "c"] {
        Thread.detachNewThread {
          for number in 1...100 { remote.execute { notes.add("\(name) \(number)") } }
        }
      }
      try loop.run { notes.all.count == 300 }
      for name in ["a", "b", "c"] {
        let own = notes.all.filter { $0.hasPrefix(name) }
        #expect(own == (1...100).map { "\(name) \($0)" })
      }
    }
  }

  @Test("an action runs in a later round, also when one asks for another") func laterRound() throws
  {
    try withLoop { loop in
      let notes = Notes()
      let remote = loop.remote
      let hook = try LoopHook(on: loop, .afterEvents) { notes.add("round") }
      hook.start()
      remote.execute {
        notes.add("first")
        remote.execute { notes.add("second") }
        notes.add("still first")
      }
      #expect(notes.all.isEmpty)
      try loop.run { notes.all.contains("second") }
      let kept = notes.all.drop { $0 == "round" }.prefix(4)
      #expect(kept == ["first", "still first", "round", "second"])
    }
  }

  @Test("there is one door for each loop") func sameDoor() throws {
    try withLoop { loop in
      #expect(loop.remote === loop.remote)
    }
  }

  @Test("the door does not keep the loop running") func letsGo() throws {
    try withLoop { loop in
      _ = loop.remote
      loop.run()
    }
  }

  @Test("after the loop has closed, actions are refused and dropped") func closed() throws {
    let notes = Notes()
    var remote: Remote?
    weak var dropped: Notes?
    try withLoop { loop in
      let door = loop.remote
      remote = door
      let held = Notes()
      dropped = held
      #expect(door.execute { held.add("never") })
    }
    let door = try #require(remote)
    #expect(!door.execute { notes.add("never") })
    #expect(notes.all.isEmpty)
    #expect(dropped == nil)
  }
}
