// What a ``MemoryStore`` is made of.

extension MemoryStore {
  /// A message in the logs of its sender and its recipient.
  struct Entry {
    var seq: UInt64 = 0
    var at: UInt64 = 0
    var key: UInt128 = 0
    var digest: UInt128 = 0
    /// Who wrote to whom: a place in `pairs`, and whether `low` wrote to `high`.
    var pair: UInt32 = 0
    /// Neighbours by age.
    var previous: UInt32 = 0
    var next: UInt32 = 0
    var state: State = []
    var form = BodyForm.data
    var id: [UInt8] = []
    var labels: Labels?
    var body: ArraySlice<UInt8> = []

    var storedBytes: Int { body.count + 128 }
  }

  /// What is true of an entry.
  struct State: OptionSet {
    let rawValue: UInt8
    /// The first of the pair wrote it.
    static let fromLow = State(rawValue: 1)
    /// Its recipient has not acknowledged it.
    static let waiting = State(rawValue: 2)
    /// It is in its sender's log.
    static let sent = State(rawValue: 4)
    /// It is in its recipient's log.
    static let received = State(rawValue: 8)
  }

  /// Media type and file name, which few messages have.
  final class Labels {
    let mime: [UInt8]
    let name: [UInt8]

    init(mime: [UInt8], name: [UInt8]) {
      self.mime = mime
      self.name = name
    }
  }

  /// What is known of a client; it goes when all of it is empty.
  struct Record {
    var id: ClientID = .none
    /// Messages to it; those to itself, too.
    var inbox = NumberList()
    /// Messages by it to others.
    var sent = NumberList()
    var received: UInt64 = 0
    var offered: UInt64 = 0
    var waiting = 0
    var waitingBytes = 0
    var gaps: [Gap] = []
    /// Pairs in which something became of its messages since it went, oldest first.
    var news: [UInt32] = []

    /// Pairs that it is part of: each has a message.
    var pairs = 0

    var isForgettable: Bool { pairs == 0 && gaps.isEmpty }
  }

  /// Two clients that have written to each other, or one to itself; it goes with its last message.
  struct Pair {
    /// The client with the lower place.
    var low: UInt32 = 0
    var high: UInt32 = 0
    var messages = NumberList()
    var progressFromLow = Progress()
    var progressFromHigh = Progress()

    /// How far the messages of one of the two have come.
    func progress(of sender: UInt32) -> Progress {
      sender == low ? progressFromLow : progressFromHigh
    }

    /// Sets how far they have come.
    mutating func setProgress(_ progress: Progress, of sender: UInt32) {
      if sender == low { progressFromLow = progress } else { progressFromHigh = progress }
    }
  }

  /// The places of a message's sender and recipient, and of their pair.
  struct Route {
    let from: UInt32
    let to: UInt32
    let pair: UInt32
  }

  /// How far the messages from one client to another have come.
  struct Progress {
    var delivered = Mark()
    var read = Mark()

    /// Whether anything happened since the sender went.
    var isNews: Bool { delivered.isNews || read.isNews }
  }

  /// A message, all before it included.
  struct Mark {
    var seq: UInt64 = 0
    var id: [UInt8] = []
    var isNews = false
  }

  /// Entries by age, linked through themselves.
  final class AgeList {
    private(set) var first = Slab<Entry>.nowhere
    private var last = Slab<Entry>.nowhere

    /// Adds an entry as the youngest.
    func append(_ place: UInt32, in entries: Slab<Entry>) {
      entries[place].previous = last
      entries[place].next = Slab<Entry>.nowhere
      if last == Slab<Entry>.nowhere { first = place } else { entries[last].next = place }
      last = place
    }

    /// Takes an entry out.
    func remove(_ place: UInt32, in entries: Slab<Entry>) {
      let previous = entries[place].previous
      let next = entries[place].next
      if previous == Slab<Entry>.nowhere { first = next } else { entries[previous].next = next }
      if next == Slab<Entry>.nowhere { last = previous } else { entries[next].previous = previous }
    }
  }
}
