extension PermessageDeflate {
  /// What a sender cuts off each message, and a receiver puts back (RFC 7692 §7.2.1 and §7.2.2).
  static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

  /// Inflates a piece of a message's payload, whatever its frame.
  ///
  /// - Parameter sink: Gets what comes out, at most `DeflatePool.scratchBytes` at a time; when it
  ///   throws, no more is inflated.
  /// - Throws: `ProtocolError.invalidCompressedData`, and what `sink` throws.
  func inflate(
    _ piece: Span<UInt8>,
    into sink: (Span<UInt8>) throws(ProtocolError) -> Void
  ) throws(ProtocolError) {
    guard piece.count > 0 else { return }
    hasInput = true
    hasJustEnded = false
    let stream = currentDecompressor
    var scratch = pool.takeScratch()
    defer { pool.scratch = scratch }
    var output = scratch.mutableSpan
    var offset = 0
    while true {
      let (written, outcome) = stream.run(piece, from: &offset, into: &output)
      pool.hasInflated(written)
      // What came before the fault is judged before the fault: the same, however the bytes are split.
      if written > 0 { try sink(output.span.extracting(0..<written)) }
      switch outcome {
      case .progressed:
        if written < output.count { return }
      case .ended:
        // A block with BFINAL ends no message (§7.2.3.4 is an example): others may follow.
        stream.restart()
        hasJustEnded = offset == piece.count
        if hasJustEnded { return }
      case .corrupt:
        throw .invalidCompressedData
      }
    }
  }

  /// Inflates the end of a message, after the last byte of its payload.
  ///
  /// - Parameter sink: as in `inflate`.
  func finishMessage(
    into sink: (Span<UInt8>) throws(ProtocolError) -> Void
  ) throws(ProtocolError) {
    // An empty payload is strictly too short, but can only mean an empty message. And some senders
    // that end by BFINAL leave out the byte that the tail would complete (§7.2.3.4).
    if hasInput, !hasJustEnded {
      try inflate(Self.tail.span, into: sink)
      guard hasJustEnded || currentDecompressor.isBetweenBlocks else {
        throw .invalidCompressedData
      }
    }
    hasInput = false
    hasJustEnded = false
    guard parameters.clientNoContextTakeover, let decompressor else { return }
    pool.give(decompressor)
    self.decompressor = nil
  }
}
