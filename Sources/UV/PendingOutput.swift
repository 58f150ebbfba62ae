/// What a ``TCPStream`` has its socket watched for until it can be written: to be connected, or room
/// for what the kernel has not taken.
///
/// Few streams have one at a time; the loop keeps them, so that the others pay nothing for it.
final class PendingOutput {
  /// A piece of a buffer, which lives until the kernel has taken it.
  private struct Piece {
    let buffer: ByteBuffer
    var start: Int
    let end: Int
  }

  /// Whether the stream reads meanwhile.
  var isReading: Bool
  /// Whether the connection is being made.
  var isConnecting = false
  /// Whether FIN is to follow the last byte.
  var endsWithFIN = false
  /// Bytes that wait.
  private(set) var count = 0
  private var pieces: [Piece] = []
  /// The place of the first piece that is left.
  private var first = 0

  init(isReading: Bool) {
    self.isReading = isReading
  }

  /// Whether bytes given to the kernel now would overtake nothing.
  var isEmpty: Bool { first == pieces.count && !isConnecting }

  /// Whether a piece waits.
  var hasPieces: Bool { first < pieces.count }

  /// Adds what is in a buffer from `start` on.
  func append(_ buffer: ByteBuffer, from start: Int) {
    pieces.append(Piece(buffer: buffer, start: start, end: buffer.count))
    count += buffer.count - start
  }

  /// Runs `body`, which says how many bytes were taken, with the first piece.
  ///
  /// - Returns: whether the piece has been taken whole.
  func takeFirst<E>(_ body: (Span<UInt8>) throws(E) -> Int) throws(E) -> Bool {
    let piece = pieces[first]
    let taken = try piece.buffer.withBytes { (bytes: Span<UInt8>) throws(E) -> Int in
      try body(bytes.extracting(piece.start..<piece.end))
    }
    count -= taken
    pieces[first].start += taken
    guard pieces[first].start == piece.end else { return false }
    first += 1
    // Those that were taken are let go when all are, else 65 at a time: each time moves the rest.
    if first == pieces.count || first > 64 {
      pieces.removeFirst(first)
      first = 0
    }
    return true
  }
}
