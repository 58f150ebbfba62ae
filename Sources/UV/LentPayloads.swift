import CUV
import Glibc

/// Large payloads on their way out, which are sent from where they were received.
///
/// They stand between shorter bytes, their headers, which the sender has gathered elsewhere: each has
/// its position among these. Those in the loop's read buffer are good until the call of
/// `TCPStream.received` returns that brought them.
public struct LentPayloads {
  struct Piece {
    /// How many of the shorter bytes go before it.
    let position: Int
    /// Where it lies in the read buffer; `nil` for the one in `array`.
    let range: Range<Int>?
  }

  /// Pieces at most; more would only make the system's call longer.
  private static let most = 64

  private(set) var pieces: [Piece] = []
  /// The one that lies in memory of its own.
  public private(set) var array: ArraySlice<UInt8> = []
  /// Bytes of all.
  public private(set) var count = 0

  /// None.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool { pieces.isEmpty }

  /// Whether there is one only, in memory of its own, and nothing of `count` shorter bytes behind it.
  public func isArray(behind count: Int) -> Bool {
    pieces.count == 1 && pieces[0].range == nil && pieces[0].position == count
  }

  /// Whether no more can be added.
  public var isFull: Bool { pieces.count == Self.most }

  /// Adds one that lies in the loop's read buffer (see ``EventLoop/readRange(of:)``).
  public mutating func append(_ range: Range<Int>, at position: Int) {
    pieces.append(Piece(position: position, range: range))
    count += range.count
  }

  /// Adds one that lies in memory of its own; there can be one of these only.
  public mutating func append(_ payload: ArraySlice<UInt8>, at position: Int) {
    precondition(array.isEmpty)
    pieces.append(Piece(position: position, range: nil))
    array = payload
    count += payload.count
  }

  /// Forgets all.
  public mutating func removeAll() {
    pieces.removeAll(keepingCapacity: true)
    array = []
    count = 0
  }
}

extension EventLoop {
  /// Where `bytes` lie in the buffer that reads go to; `nil` if they lie elsewhere.
  public func readRange(of bytes: Span<UInt8>) -> Range<Int>? {
    // Addresses are compared, and nothing is read.
    unsafe bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, let buffer = unsafe readBuffer.baseAddress
      else { return nil }
      let offset = unsafe start - UnsafeRawPointer(buffer)
      guard offset >= 0, offset <= Self.readBufferBytes - bytes.count else { return nil }
      return offset..<offset + bytes.count
    }
  }

  /// `bytes` and the payloads that stand between them, copied into one piece.
  public func join(_ bytes: Span<UInt8>, _ payloads: LentPayloads) -> [UInt8] {
    var joined: [UInt8] = []
    joined.reserveCapacity(bytes.count + payloads.count)
    // What is copied lives through the call: the buffer as long as the loop, the others by the borrow.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      for piece in payloads.pieces {
        unsafe joined.append(
          contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<piece.position])
        )
        start = piece.position
        if let range = piece.range {
          unsafe joined.append(contentsOf: UnsafeRawBufferPointer(rebasing: readBuffer[range]))
        } else {
          joined.append(contentsOf: payloads.array)
        }
      }
      unsafe joined.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }
    return joined
  }
}

extension TCPStream {
  /// Hands `bytes`, with the payloads that stand between them, to the kernel in one system call (`sendmsg`).
  ///
  /// - Returns: how many it took; 0 when it takes none, or when earlier ones are still queued.
  /// - Throws: `UVError`, mostly `EPIPE` or `ECONNRESET`.
  public final func tryWrite(
    _ bytes: Span<UInt8>,
    _ payloads: LentPayloads
  ) throws(UVError) -> Int {
    guard let descriptor, let handle = unsafe cHandle else { throw .closed("sendmsg") }
    guard pendingOutput?.isEmpty ?? true else { return 0 }
    let loop = unsafe EventLoop.from(uv_handle_get_loop(handle)).takeUnretainedValue()
    // The kernel reads the bytes during the call only, and all of them live that long: the read
    // buffer as long as the loop, the others by the borrows. Slicing checks the bounds.
    let result = unsafe bytes.withUnsafeBytes { bytes -> Int in
      unsafe payloads.array.withUnsafeBytes { array -> Int in
        let most = 2 * payloads.pieces.count + 1
        return unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: most) { vector in
          var count = 0
          func add(_ part: UnsafeRawBufferPointer) {
            guard part.count > 0 else { return }
            unsafe vector[count] = iovec(readOnly: part)
            count += 1
          }
          var start = 0
          for piece in payloads.pieces {
            unsafe add(UnsafeRawBufferPointer(rebasing: bytes[start..<piece.position]))
            start = piece.position
            if let range = piece.range {
              unsafe add(UnsafeRawBufferPointer(rebasing: loop.readBuffer[range]))
            } else {
              unsafe add(array)
            }
          }
          unsafe add(UnsafeRawBufferPointer(rebasing: bytes[start...]))
          var message = unsafe msghdr()
          unsafe message.msg_iov = vector.baseAddress
          unsafe message.msg_iovlen = count
          return unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
        }
      }
    }
    return try Self.taken(result, call: "sendmsg")
  }
}
