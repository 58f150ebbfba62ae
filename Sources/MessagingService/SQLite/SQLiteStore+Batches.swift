import Messaging
import UV

extension SQLiteStore {
  /// Hands what waits to another thread, or refuses it.
  func startBatch() {
    guard !isBusy else { return }
    needsWork = false
    guard isAvailable else {
      refuseAll()
      return finishClosing()
    }
    let count = batchCount()
    var batch = StoreBatch()
    if count == calls.count {
      swap(&batch.calls, &calls)
    } else {
      batch.calls = Array(calls[..<count])
      calls.removeFirst(count)
    }
    let isFinishing = closing != nil && batch.calls.isEmpty
    if isFinishing { return finishClosing() }
    if reserved - nextFree < Self.numbersReserved / 2 {
      reserving = reserved + Self.numbersReserved
      batch.reserve = reserving
    }
    isBusy = true
    let through = answered + StoreTicket(batch.calls.count { $0.isAnswered })
    work.run { [worker, batch] in
      worker.run(batch)
    } completion: { [self] report in
      waiting = (waiting.messages - report.messages, waiting.bytes - report.messageBytes)
      complete(report, through: through)
    }
  }

  /// Tries whether something can be written again.
  func probe() {
    guard !isBusy, !isAvailable, !isLost, closing == nil else { return }
    isBusy = true
    work.run { [worker] in
      worker.probe()
    } completion: { [self] report in
      complete(report, through: answered)
    }
  }

  /// Takes in what a batch has come to.
  func take(_ report: StoreReport, through ticket: StoreTicket) {
    isFull = report.isFull
    if let loaded = report.loaded {
      for (key, time) in loaded.keys { oldKeys?.add(key, at: time) }
      for client in loaded.holders { holders[holderHash(client), default: 0] += 0 }
      if loaded.isComplete, let old = oldKeys {
        keys.adopt(old)
        oldKeys = nil
      }
    }
    for client in report.drained {
      let hash = holderHash(client)
      if let last = holders[hash], last <= ticket { holders[hash] = nil }
    }
    if report.problem == nil, let reserving { reserved = reserving }
    reserving = nil
    set(report.problem)
  }

  private func complete(_ report: StoreReport, through ticket: StoreTicket) {
    take(report, through: ticket)
    if checkpoint == .nearlyDone {
      // The next batch waits for it, the answers do not.
      checkpoint = .none
      work.run { [worker] in
        worker.checkpoint()
      } completion: { [self] in
        becomeIdle(report)
      }
      return answer(report.outcomes)
    }
    isBusy = false
    if report.needsCheckpoint, checkpoint == .none {
      checkpoint = .aside
      work.run { [worker] in
        worker.checkpointAside()
      } completion: { [self] in
        checkpoint = .nearlyDone
        wake()
      }
    }
    answer(report.outcomes)
    becomeIdle(report)
  }

  private func becomeIdle(_ report: StoreReport) {
    isBusy = false
    if needsWork || report.hasMore || !calls.isEmpty || closing != nil { wake() }
  }

  /// Says what became of calls, in their order.
  private func answer(_ outcomes: [StoreOutcome]) {
    var kept: StoreTicket?
    for outcome in outcomes {
      if case .silent = outcome { continue }
      answered += 1
      if case .kept = outcome {
        kept = answered
        continue
      }
      if let ticket = kept { observer?.storeKept(through: ticket) }
      kept = nil
      switch outcome {
      case .failed(let error): observer?.storeFailed(answered, error)
      case .answered(let answer): observer?.storeAnswered(answered, answer)
      case .kept, .silent: break
      }
    }
    if let ticket = kept { observer?.storeKept(through: ticket) }
  }

  /// Says of all that waits that it cannot be done.
  private func refuseAll() {
    var refused: [StoreCall] = []
    swap(&refused, &calls)
    for call in refused {
      if let size = call.messageBytes {
        waiting = (waiting.messages - 1, waiting.bytes - size)
      }
    }
    answer(refused.map { $0.isAnswered ? .failed(.unavailable) : .silent })
  }

  /// How many calls the next batch takes.
  private func batchCount() -> Int {
    if calls.count <= Self.batch.calls, waiting.bytes <= Self.batch.bytes { return calls.count }
    var bytes = 0
    for place in calls.indices.prefix(Self.batch.calls) {
      bytes += calls[place].messageBytes ?? 0
      if bytes > Self.batch.bytes { return place + 1 }
    }
    return min(calls.count, Self.batch.calls)
  }

  private func set(_ found: StoreProblem?) {
    isAvailable = found == nil
    isLost = isLost || found?.isFinal == true
    if isAvailable { probeDelay = .seconds(1) }
    if found != nil, !isLost, closing == nil {
      timer?.start(after: probeDelay)
      probeDelay = min(probeDelay * 2, .seconds(10))
    }
    guard problem != found?.sentence else { return }
    problem = found?.sentence
    onProblem?(problem)
  }

  /// Closes the files when nothing waits any more.
  private func finishClosing() {
    guard let completion = closing, calls.isEmpty, checkpoint != .aside else { return }
    isBusy = true
    work.run { [worker] in
      try? worker.setClean(true)
    } completion: { [self] _ in
      hook?.close()
      timer?.close()
      completion()
    }
  }
}
