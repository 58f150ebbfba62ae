extension PermessageDeflate {
  /// Whether a message is worth compressing, from its length alone.
  @inlinable public static func compresses(payloadCount: Int) -> Bool {
    threshold...largest ~= payloadCount
  }

  /// Compresses the messages among whole frames of ours, in the order in which they go out: a frame
  /// becomes a frame.
  ///
  /// Control frames stay as they are, and so do messages that are short, very long, do not become
  /// shorter, or come when the round has no time left for them.
  ///
  /// - Parameter wire: Gets all frames, changed or not, if any has changed; must be empty.
  /// - Returns: whether any has changed. If so `wire` must be sent, all of it and nothing else: later
  ///   messages may refer to it.
  public func compress(_ frames: Span<UInt8>, into wire: inout [UInt8]) -> Bool {
    // Where the frames begin that have not been added to `wire`.
    var start = 0
    var offset = 0
    var hasChanged = false
    while let header = try? FrameHeader(frames, at: offset, from: .server, room: .max) {
      let payload = offset + header.count
      let end = payload + header.payloadCount
      let before = wire.count
      if !header.opcode.isControl, header.isFinal,
        Self.compresses(payloadCount: header.payloadCount),
        pool.mayCompress(header.payloadCount)
      {
        wire.append(copying: frames.extracting(start..<offset))
        if compress(frames.extracting(payload..<end), header.opcode, into: &wire) {
          hasChanged = true
          start = end
        } else {
          wire.removeLast(wire.count - before)
        }
      }
      offset = end
    }
    if hasChanged { wire.append(copying: frames.extracting(start..<frames.count)) }
    return hasChanged
  }

  /// Adds the frame of one message; false, and nothing may be kept of it, when that would be no shorter.
  private func compress(_ payload: Span<UInt8>, _ opcode: Opcode, into wire: inout [UInt8]) -> Bool
  {
    let stream = currentCompressor
    var scratch = pool.takeScratch()
    defer { pool.scratch = scratch }
    var output = scratch.mutableSpan
    // Replaced when the length is known.
    let start = wire.count
    let room = FrameHeader.encode(opcode, payloadCount: payload.count).bytes
    wire += room
    var (offset, produced, written) = (0, 0, 0)
    repeat {
      written = stream.run(payload, from: &offset, into: &output)
      produced += written
      guard produced - Self.tail.count < payload.count, !isHopeless(produced, from: offset) else {
        // The peer will not see what the compressor would refer to.
        stream.reset()
        return false
      }
      wire.append(copying: output.span.extracting(0..<written))
    } while written == output.count
    wire.removeLast(Self.tail.count)
    if parameters.serverNoContextTakeover { stream.reset() }
    let header = FrameHeader.encode(
      opcode,
      payloadCount: produced - Self.tail.count,
      isCompressed: true
    )
    wire.replaceSubrange(start..<start + room.count, with: header.bytes)
    return true
  }

  /// Whether what has come out so far tells that the rest is not worth the time: pictures, sound and
  /// video are compressed already, and the loop waits meanwhile.
  private func isHopeless(_ produced: Int, from read: Int) -> Bool {
    // The stream reads ahead of what it writes, by its window and its tables: 16 KiB are plenty.
    produced >= 128 * 1024 && produced > (read - 16 * 1024) / 32 * 31
  }
}
