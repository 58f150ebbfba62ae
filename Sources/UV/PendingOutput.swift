/// What a ``TCPStream`` has its socket watched for until it can be written: to be connected, or room
/// for what the kernel has not taken.
///
/// Few streams have one at a time; the loop keeps them, so that the others pay nothing for it.
final class PendingOutput {
  /// What one call was given: memory that is shared with whoever gave it, until the kernel has taken
  /// the last byte.
  private struct Piece {
    var first: ArraySlice<UInt8>
    var second: ArraySlice<UInt8>

    var count: Int { first.count + second.count }

    mutating func drop(_ taken: Int) {
      let ofFirst = min(taken, first.count)
      first = first.dropFirst(ofFirst)
      second = second.dropFirst(taken - ofFirst)
    }
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

  /// Adds bytes in two parts, which may both be empty.
  func append(_ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8> = []) {
    pieces.append(Piece(first: first, second: second))
    count += first.count + second.count
  }

  /// Runs `body`, which says how many bytes were taken, with the two parts of the first piece.
  ///
  /// - Returns: whether the piece has been taken whole.
  func takeFirst<E>(_ body: (Span<UInt8>, Span<UInt8>) throws(E) -> Int) throws(E) -> Bool {
    let piece = pieces[first]
    let taken = try body(piece.first.span, piece.second.span)
    count -= taken
    pieces[first].drop(taken)
    guard taken == piece.count else { return false }
    // Its memory goes at once, its place later: when all are taken, else 65 at a time, since that
    // moves the rest.
    pieces[first] = Piece(first: [], second: [])
    first += 1
    if first == pieces.count || first > 64 {
      pieces.removeFirst(first)
      first = 0
    }
    return true
  }
}
