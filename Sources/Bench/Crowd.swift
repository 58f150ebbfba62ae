import UV
import WebSocketServer

/// Clients of one server on one loop, and the account of what they sent and got.
///
/// The clients have places from 0 on; a place's client sends to one other. Workloads say who may send
/// what when; the crowd sends it, checks every delivery and times it.
final class Crowd {
  /// Room for the head of a delivery: header, prefix and the sender's letters.
  static let headStride = 64
  /// The id of the client at place 0: so that all ids of a run have six digits.
  static let firstID: UInt32 = 100_000
  /// Connections that are being opened at a time.
  private static let openedAtOnce = 128

  /// What a delivery leads to.
  enum Reaction: Sendable {
    case nothing
    /// Its receiver may send one: what travels together stays together.
    case receiverSends
    /// Its sender may send one: each sender always has as many under way.
    case senderSends
    /// Its sender leaves, by a close frame.
    case senderLeaves
  }

  let loop: EventLoop
  let runner: LoopRunner
  let address: SocketAddress
  let form: MessageForm
  /// How many places there are.
  let count: Int

  // Looked at for each message.
  let senders: FixedArray<Sender>
  let deliveredHeads: FixedArray<UInt8>
  let frames: FixedArray<UInt8>
  let frameStride: Int
  /// When each message under way was sent, by its sender and number; not kept in open loop.
  let sentAt: FixedArray<UInt64>
  let timesForEach: Int
  let batch = FixedArray<UInt8>(repeating: 0, count: 256 << 10)
  /// Filler as it is sent, by its place in the mask.
  var maskedFillers: [[UInt8]] = []
  let listed: FixedArray<Int>
  var listedCount = 0
  /// When the read under way was made, in nanoseconds; 0 until somebody asks.
  var readAt: UInt64 = 0

  /// The clients at their places.
  var clients: [Client?]
  var checks: [Int: NumberCheck] = [:]
  var reaction = Reaction.nothing
  /// When messages are due in open loop; else they are timed from when they were sent.
  var schedule: Schedule?
  /// Deliveries of messages that were sent, or due, in that time are timed.
  var timed: Range<UInt64> = 0..<0
  var latency = Histogram()
  /// How late messages that were due left, by the generator's own doing.
  var lateness = Histogram()

  /// How long messages took to be accepted.
  var acceptance = Histogram()
  /// Messages that were accepted, and whether each lets its sender send one more.
  var acceptances = 0
  var acceptedSends = false
  /// Times that a client was told what has become of its messages.
  var receipts = 0

  var deliveries = 0
  var pings = 0
  var openCount = 0
  var endedCount = 0
  private(set) var openingCount = 0
  var faults = Faults()

  /// What makes the clients speak TLS.
  var security: (any TransportSecurity)?
  /// A client is open; called at the end of its upgrade.
  var onOpen: (Client) -> Void = { _ in }
  /// A client that was told to leave is gone.
  var onLeft: (_ place: Int) -> Void = { _ in }
  /// A notice has come, of a leaver that its receiver sends to.
  var onNotice: ((_ receiver: Int, _ leaver: Int) -> Void)?

  /// Prepares a crowd; nothing is connected yet.
  ///
  /// - Throws: `UVError` when the loop takes no more handles.
  /// - Parameters:
  ///   - target: Says whom the client at a place sends to.
  ///   - inFlight: How many messages of one sender may be under way at a time.
  init(
    of server: SocketAddress,
    on loop: EventLoop,
    count: Int,
    form: MessageForm,
    inFlight: Int = 1,
    target: (Int) -> Int
  ) throws(UVError) {
    self.loop = loop
    runner = try LoopRunner(on: loop)
    address = server
    self.form = form
    self.count = count
    senders = FixedArray(repeating: Sender(), count: count)
    deliveredHeads = FixedArray(repeating: 0, count: count * Self.headStride)
    let longest = form.outgoing(from: .max, to: .max).count
    frameStride = longest
    frames = FixedArray(repeating: 0, count: count * longest)
    // A power of two, so that a number's place is a few of its bits.
    var times = 1
    while times < inFlight { times *= 2 }
    timesForEach = times
    sentAt = FixedArray(repeating: 0, count: count * times)
    listed = FixedArray(repeating: 0, count: count)
    clients = [Client?](repeating: nil, count: count)
    for place in 0..<count {
      senders[place].id = Self.firstID + UInt32(place)
      senders[place].target = target(place)
    }
    for place in 0..<count { prepare(place) }
  }

  /// Ends what is still open, and lets go of what a workload asked for.
  func close() {
    for client in clients { client?.abandon() }
    // They hold the crowd.
    clients = [Client?](repeating: nil, count: count)
    onOpen = { _ in }
    onLeft = { _ in }
    onNotice = nil
    runner.close()
  }

  /// Gives the place a new id, for a client that has never been there.
  func renew(_ place: Int) {
    senders[place].id += UInt32(count)
    prepare(place)
  }

  /// The place of the client with an id, or of one that had it before at this place.
  func place(of id: UInt32) -> Int? {
    guard id >= Self.firstID else { return nil }
    let index = Int(id - Self.firstID)
    return index < count ? index : index % count
  }

  /// Writes what is the same in all messages of the client at a place.
  private func prepare(_ place: Int) {
    let old = senders[place]
    let target = senders[old.target].id
    let frame = form.outgoing(from: old.id, to: target)
    frames.copy(frame.span, to: place * frameStride)
    let head = form.delivered(from: old.id)
    deliveredHeads.copy(head.span, to: place * Self.headStride)
    var sender = Sender()
    sender.id = old.id
    sender.target = old.target
    sender.numberOffset = form.numberOffset(from: old.id, to: target)
    sender.numberMask = frame.span.word(at: sender.numberOffset)
    if let offset = form.idNumberOffset(from: old.id, to: target) {
      sender.idNumberOffset = offset
      sender.idNumberMask = frame.span.word(at: offset)
    }
    sender.frameBytes = frame.count
    sender.fillerPhase = ("\(target):".utf8.count + MessageForm.leastBytes) & 3
    sender.deliveredBytes = head.count
    senders[place] = sender
    guard !form.isCopied, maskedFillers.isEmpty else { return }
    // The mask has four bytes, so there are four ways to mask the filler.
    maskedFillers = (0..<4).map { ClientFrame.masked(form.filler, after: $0) }
  }

  // MARK: Connections

  /// Connects the client at a place.
  func connect(_ place: Int) {
    openingCount += 1
    do throws(UVError) {
      clients[place] = try Client(self, place: place)
    } catch {
      openingCount -= 1
      faults.add(.refused, "a connection failed: \(error)")
    }
  }

  /// Connects the clients at these places, so many at a time, and waits for all.
  ///
  /// - Throws: `BenchError` when they do not all open within `seconds` of the last that did.
  func open(_ places: Range<Int>, patience seconds: Double) throws(BenchError) {
    var next = places.lowerBound
    let goal = openCount + places.count
    while openCount < goal {
      let before = openCount
      runner.run(seconds: seconds) { [unowned self] in
        while next < places.upperBound, openingCount < Self.openedAtOnce {
          connect(next)
          next += 1
        }
        return openCount > before || !faults.isEmpty
      }
      if let refusal = faults.first { throw .server(refusal) }
      guard openCount > before else {
        throw .server("only \(openCount) connections were opened, and none more for \(seconds) s")
      }
    }
  }

  /// An upgrade was answered.
  func opened(_ client: Client) {
    openingCount -= 1
    openCount += 1
    onOpen(client)
  }

  /// A connection is over.
  func ended(_ client: Client, wasOpening: Bool = false) {
    endedCount += 1
    if wasOpening { openingCount -= 1 }
    guard clients[client.place] === client else { return }
    clients[client.place] = nil
    if !wasOpening { onLeft(client.place) }
  }

  /// Says that the client at `leaver` has left, to the one at `place`.
  func noticed(by place: Int, leaver: Int) {
    guard let onNotice, senders[leaver].target == place else {
      let id = senders[leaver].id
      return faults.add(.unexpectedFrame, "a notice that \(id) left, which it did not")
    }
    onNotice(place, leaver)
  }
}
