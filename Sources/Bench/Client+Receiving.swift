import WebSocketProtocol

extension Client {
  /// A frame that is no delivery is looked at as a whole, if it is no longer than that.
  private static let otherFrameBytes = 4096

  /// Takes what arrived, and keeps the start of what is incomplete.
  func consume(_ bytes: Span<UInt8>) {
    var offset = 0
    while offset < bytes.count {
      guard let next = consume(bytes, at: offset) else {
        for index in offset..<bytes.count { carried.append(bytes[index]) }
        return
      }
      offset = next
    }
  }

  /// Takes one thing; `nil` when more bytes are needed for it.
  private func consume(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
    if fillerLeft > 0 { return consumeFiller(bytes, at: offset) }
    switch phase {
    case .greeting, .open, .leaving:
      let delivery =
        crowd.form.dialect == .v1
        ? consumeV1(bytes, at: offset) : consumeDelivery(bytes, at: offset)
      return delivery ?? consumeFrame(bytes, at: offset)
    case .opening: return consumeResponse(bytes, at: offset)
    case .ended: return bytes.count
    }
  }

  private func consumeResponse(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
    switch Upgrade.judge(bytes.extracting(offset..<bytes.count)) {
    case .incomplete: return nil
    case .accepted(let end):
      if crowd.form.dialect == .v1 {
        phase = .greeting
      } else {
        phase = .open
        crowd.opened(self)
      }
      return offset + end
    case .refused(let line):
      end(.refused, "an upgrade was refused: \(line)")
      return bytes.count
    }
  }

  /// The rest of a delivery, as far as it has come.
  private func consumeFiller(_ bytes: Span<UInt8>, at offset: Int) -> Int {
    let count = min(fillerLeft, bytes.count - offset)
    let filler = crowd.form.fillerMemory
    if !filler.isEqual(to: bytes, at: offset, count: count, from: filler.count - fillerLeft) {
      let from = crowd.senders[delivery.from].id
      crowd.faults.add(.wrongPayload, "a message from \(from) was changed")
    }
    fillerLeft -= count
    if fillerLeft == 0 { crowd.delivered(delivery.number, from: delivery.from, to: place) }
    return offset + count
  }

  /// The head of a delivery that looks as it should; `nil` when it does not, or is cut.
  private func consumeDelivery(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
    guard ignoredBytes == 0, let from = crowd.senderNamed(in: bytes, at: offset) else { return nil }
    let sender = crowd.senders[from]
    let end = offset + sender.deliveredBytes
    guard sender.target == place, end + 8 <= bytes.count,
      crowd.deliveredHeads.isEqual(
        to: bytes,
        at: offset,
        count: sender.deliveredBytes,
        from: from * Crowd.headStride
      ),
      let number = Letters.decode(bytes.word(at: end))
    else { return nil }
    fillerLeft = crowd.form.fillerMemory.count
    delivery = (from, number)
    if fillerLeft == 0 { crowd.delivered(number, from: from, to: place) }
    return end + 8
  }

  /// Any other frame.
  private func consumeFrame(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
    if ignoredBytes > 0 {
      let count = min(ignoredBytes, bytes.count - offset)
      ignoredBytes -= count
      return offset + count
    }
    let header: FrameHeader
    do throws(ProtocolError) {
      guard let found = try FrameHeader(bytes, at: offset, from: .server, room: 64 << 20) else {
        return nil
      }
      header = found
    } catch {
      end(.unexpectedFrame, "the server broke RFC 6455: \(error.reason)")
      return bytes.count
    }
    let start = offset + header.count
    let looked = min(header.payloadCount, Self.otherFrameBytes)
    guard bytes.count - start >= looked else { return nil }
    // What is longer is no frame that anybody waits for; its end does not matter.
    ignoredBytes = header.payloadCount - looked
    handle(header, bytes.extracting(start..<start + looked))
    return start + looked
  }

  private func handle(_ header: FrameHeader, _ payload: Span<UInt8>) {
    switch header.opcode {
    case .ping:
      crowd.pings += 1
      if phase == .open { send(ClientFrame.encode(.pong, payload.copied)) }
    case .pong: break
    case .close:
      // An answer to ours, or the server wants to end it, which it is answered.
      guard phase == .open else { return }
      let code = payload.count >= 2 ? "\(Int(payload[0]) << 8 | Int(payload[1]))" : "no code"
      crowd.faults.add(.dropped, "the server closed a connection with \(code)")
      phase = .leaving
      send(ClientFrame.encode(.close, payload.copied))
    default: handleMessage(payload)
    }
  }

  /// A notice, or a delivery with something wrong about its head.
  private func handleMessage(_ payload: Span<UInt8>) {
    let text = String(decoding: payload.copied.prefix(200), as: UTF8.self)
    if let id = text.idInNotice, let leaver = crowd.place(of: id), id == crowd.senders[leaver].id {
      return crowd.noticed(by: place, leaver: leaver)
    }
    if let id = text.idInDelivery(crowd.form.kind), let from = crowd.place(of: id) {
      let sender = crowd.senders[from]
      guard sender.target == place else {
        let receiver = crowd.senders[place].id
        return crowd.faults.add(.wrongReceiver, "a message from \(id) came to \(receiver)")
      }
      return crowd.faults.add(
        .wrongPayload,
        "a message from \(id) has the wrong length, sender or number"
      )
    }
    crowd.faults.add(.unexpectedFrame, "nobody waited for \"\(text.prefix(80))\"")
  }
}

extension Span<UInt8> {
  /// The bytes in memory of their own.
  var copied: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for index in 0..<count { bytes.append(self[index]) }
    return bytes
  }
}

extension String {
  /// The id in `Client #ID left the chat`.
  fileprivate var idInNotice: UInt32? {
    guard hasPrefix("Client #"), hasSuffix(" left the chat") else { return nil }
    return UInt32(dropFirst(8).dropLast(14))
  }

  /// The id in `Client #ID says: …` or `ID:…`.
  fileprivate func idInDelivery(_ kind: MessageKind) -> UInt32? {
    guard kind == .text else { return UInt32(prefix { $0 != ":" }) }
    guard hasPrefix("Client #") else { return nil }
    let rest = dropFirst(8)
    let id = rest.prefix { $0.isNumber }
    return rest.dropFirst(id.count).hasPrefix(" says: ") ? UInt32(id) : nil
  }
}
