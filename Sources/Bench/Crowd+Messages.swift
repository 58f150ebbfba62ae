import UV

extension Crowd {
  /// A client has read something.
  @inline(__always) func beginRead() {
    readAt = 0
  }

  /// The place of the client whose id stands where a delivery has it; a guess, to be checked.
  @inline(__always)
  func senderNamed(in bytes: Span<UInt8>, at offset: Int) -> Int? {
    let start = offset + form.idOffset
    // The shortest id has six digits, and what is after it says whether it has more.
    guard start + 7 <= bytes.count else { return nil }
    var id: UInt32 = 0
    var index = start
    while index < bytes.count, index < start + 9 {
      let digit = bytes[index] &- 0x30
      guard digit < 10 else { break }
      id = id &* 10 &+ UInt32(digit)
      index += 1
    }
    return place(of: id)
  }

  /// A message has come whole, and unchanged if no fault says otherwise.
  @inline(__always)
  func delivered(_ number: UInt32, from place: Int, to receiver: Int) {
    var sender = senders[place]
    if number == sender.expected {
      sender.expected &+= 1
      senders[place] = sender
    } else {
      guard misordered(number, from: place) else { return }
    }
    deliveries &+= 1
    time(number, from: place)
    switch reaction {
    case .nothing: break
    case .receiverSends: allow(1, place: receiver)
    case .senderSends: allow(1, place: place)
    case .senderLeaves: clients[place]?.leave(.close)
    }
  }

  /// The server answers for a message of the client at a place.
  func accepted(_ number: UInt32, of place: Int) {
    guard number == senders[place].accepted, number < senders[place].sent else {
      return faults.add(
        .unexpectedFrame,
        "message \(number) from \(senders[place].id) was accepted out of order or again"
      )
    }
    senders[place].accepted &+= 1
    acceptances &+= 1
    let sent = schedule?.due(place: place, number: number) ?? sentAt[timePlace(number, place)]
    if timed.contains(sent) {
      if readAt == 0 { readAt = Clock.now }
      acceptance.record(readAt > sent ? readAt - sent : 0)
    }
    if acceptedSends { allow(1, place: place) }
  }

  @inline(__always)
  private func time(_ number: UInt32, from place: Int) {
    let sent =
      schedule?.due(place: place, number: number)
      ?? sentAt[timePlace(number, place)]
    guard timed.contains(sent) else { return }
    if readAt == 0 { readAt = Clock.now }
    latency.record(readAt > sent ? readAt - sent : 0)
  }

  /// Keeps when a message left; in open loop, how long after it was due.
  @inline(__always)
  private func noteSending(_ number: UInt32, from place: Int, at now: UInt64) {
    guard let schedule else { return sentAt[timePlace(number, place)] = now }
    let due = schedule.due(place: place, number: number)
    if timed.contains(due) { lateness.record(now > due ? now - due : 0) }
  }

  /// Where the time of a message under way is kept.
  @inline(__always)
  private func timePlace(_ number: UInt32, _ place: Int) -> Int {
    place * timesForEach + (Int(number) & (timesForEach - 1))
  }

  /// Judges a number that is not the expected one.
  ///
  /// - Returns: whether the message counts as delivered.
  private func misordered(_ number: UInt32, from place: Int) -> Bool {
    let sender = senders[place]
    guard number < sender.sent else {
      faults.add(.wrongPayload, "a message from \(sender.id) has a number that was not sent")
      return false
    }
    switch checks[place, default: NumberCheck()].judge(number, expected: sender.expected) {
    case .ahead:
      senders[place].expected = number + 1
      return true
    case .late:
      faults.add(
        .outOfOrder,
        "message \(number) from \(sender.id) came after \(sender.expected - 1)"
      )
      return true
    case .again:
      faults.add(.repeated, "message \(number) from \(sender.id) came twice")
      return false
    }
  }

  /// Counts what has not come as lost; nothing more is waited for.
  func countLost() {
    for place in 0..<count {
      let sender = senders[place]
      let lost = Int(sender.inFlight) + (checks[place]?.missingCount ?? 0)
      faults.add(.lost, count: lost, "\(lost) messages from \(sender.id) were lost")
    }
  }

  /// Whether all that was sent has been delivered, or passed over.
  var isNothingInFlight: Bool {
    for place in 0..<count {
      let sender = senders[place]
      if sender.inFlight > 0 || form.dialect == .v1 && sender.accepted < sender.sent {
        return false
      }
    }
    return true
  }

  /// Whether nobody has anything left to send.
  var hasNoCredit: Bool {
    for place in 0..<count where senders[place].credit > 0 { return false }
    return true
  }

  // MARK: Sending

  /// Lets the client at a place send more messages, at the end of the read under way.
  @inline(__always)
  func allow(_ messages: UInt32, place: Int) {
    var sender = senders[place]
    sender.credit &+= messages
    if !sender.isListed {
      sender.isListed = true
      listed[listedCount] = place
      listedCount &+= 1
    }
    senders[place] = sender
  }

  /// Takes back what may still be sent.
  func allowNothing() {
    for place in 0..<count { senders[place].credit = 0 }
  }

  /// Sends all that may be sent.
  func flush() {
    var index = 0
    while index < listedCount {
      let place = listed[index]
      senders[place].isListed = false
      if let client = clients[place] { send(from: client) }
      index += 1
    }
    listedCount = 0
  }

  /// Sends what a client may send, in one system call unless it is much, or long.
  func send(from client: Client) {
    let place = client.place
    while client.maySend, senders[place].credit > 0 {
      if form.isCopied { sendBatch(from: client) } else { sendLong(from: client) }
    }
  }

  private func sendBatch(from client: Client) {
    let place = client.place
    var sender = senders[place]
    let now = Clock.now
    let start = place * frameStride
    var count = 0
    while sender.credit > 0, batch.count - count >= sender.frameBytes {
      batch.copy(sender.frameBytes, of: frames, at: start, to: count)
      batch.store(Letters.encode(sender.sent) ^ sender.numberMask, at: count + sender.numberOffset)
      if sender.idNumberOffset > 0 {
        batch.store(
          Letters.encode(sender.sent) ^ sender.idNumberMask,
          at: count + sender.idNumberOffset
        )
      }
      noteSending(sender.sent, from: place, at: now)
      count += sender.frameBytes
      sender.sent &+= 1
      sender.credit &-= 1
    }
    senders[place] = sender
    batch.withBytes(count) { client.send($0) }
  }

  private func sendLong(from client: Client) {
    let place = client.place
    var sender = senders[place]
    batch.copy(sender.frameBytes, of: frames, at: place * frameStride, to: 0)
    batch.store(Letters.encode(sender.sent) ^ sender.numberMask, at: sender.numberOffset)
    noteSending(sender.sent, from: place, at: Clock.now)
    sender.sent &+= 1
    sender.credit &-= 1
    senders[place] = sender
    let head = batch.withBytes(sender.frameBytes) { $0.copied }
    client.send(head, maskedFillers[sender.fillerPhase])
  }
}
