import Logging
import UV
import WebSocketProtocol

/// The way through a ``TransportFilter``, for servers that have them.
extension Connection {
  /// What stands between the socket and the protocol; `nil` on servers without.
  final var filter: (any TransportFilter)? {
    server.security == nil ? nil : server.filters[slot]
  }

  /// Handles what `wire` says.
  func receive(_ wire: Span<UInt8>, through filter: any TransportFilter) {
    // Part of a record is a sign of life as well as part of a frame.
    if isOpenForMessages { noteSignOfLife() }
    beginWork()
    defer { endWork() }
    let state = filter.open(wire) { [server, slot] plain in
      // An upgrade puts another object in the place of this one.
      guard let connection = server.table[slot], connection.filter === filter else { return false }
      connection.handle(&plain)
      return true
    }
    guard let connection = server.table[slot], connection.filter === filter else { return }
    connection.sendOutput(of: filter)
    guard connection.isOpen else { return }
    switch state {
    case .open: break
    case .ended: connection.receivedEnd()
    case .failed(let why):
      server.logger.debug(
        "a secured connection failed",
        metadata: ["socket": "\(server.table.socket(at: slot))", "why": "\(why)"]
      )
      connection.readFailed(.protocolError("TransportFilter.open"))
    }
  }

  /// Sends what the filter itself has to say, unless more waits before it: then it goes along with what
  /// is sealed next.
  func sendOutput(of filter: any TransportFilter) {
    guard filter.hasOutput, outbound.queue == nil else { return }
    let output = filter.takeOutput()
    do throws(UVError) {
      let sent = try tryWrite(output.span)
      guard sent < output.count, openOutbound() else { return }
      startQueue(enqueue(WriteQueue.Chunk(sealed: output, sent: sent)))
    } catch {
      writeFailed()
    }
  }

  /// Seals what the block holds, and writes that.
  func writeBlock(through filter: any TransportFilter, isLast: Bool) {
    // Who is told something before the handshake is over cannot read it.
    guard filter.isReady else { return end() }
    let block = outbound
    var sent = 0
    var rest: [UInt8] = []
    var failure: UVError?
    let foreign = block.withBytes { block in
      filter.seal(block, isLast: isLast) { wire in
        do throws(UVError) {
          sent = try tryWrite(wire, isLast: isLast)
          if sent < wire.count { rest.append(copying: wire) }
        } catch {
          failure = error
        }
      }
    }
    guard let foreign, failure == nil else {
      _ = enqueueBlock(with: Span(), sent: 0)
      return writeFailed()
    }
    guard !rest.isEmpty else { return outbound.removeAll() }
    var frames: [UInt8] = []
    block.withBytes { frames.append(copying: $0) }
    outbound.removeAll()
    startQueue(enqueue(WriteQueue.Chunk(bytes: frames, sealed: rest, from: foreign, sent: sent)))
  }

  /// Sends the end of the filter's stream, if there is a filter, and FIN.
  func sendEnd() throws(UVError) {
    if let end = filter?.sealEnd(), !end.isEmpty {
      // With FIN behind it, nothing is lost but a courtesy when the kernel has no room for it.
      _ = try tryWrite(end.span, isLast: true)
    }
    try shutDown()
  }
}
