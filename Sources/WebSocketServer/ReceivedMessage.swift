import WebSocketProtocol

extension Server {
  /// The bytes of a message that a handler is being given, or a part of them, for longer than the call.
  ///
  /// Large ones mostly lie in memory of their own, which is shared then; others are copied.
  public func retain(_ bytes: Span<UInt8>) -> ArraySlice<UInt8> {
    if let shared = received.share(bytes) { return shared }
    // The pointer is used within the closure only.
    return unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }[...]
  }
}

/// The message that a handler is being given, if it lies in memory of its own, as large ones mostly do.
///
/// Whoever has to keep a part of it for longer than the call shares that memory instead of copying it:
/// to copy 16 MiB holds up the loop for ten milliseconds.
struct ReceivedMessage {
  /// Parts that are smaller are copied: they would keep all of the message alive.
  private static let leastSharedBytes = 16 * 1024

  private let payload: [UInt8]

  /// None, or one whose bytes lie elsewhere.
  init() {
    payload = []
  }

  /// One whose bytes are `payload`.
  init(_ payload: [UInt8]) {
    self.payload = payload
  }

  /// The bytes of `part` for longer than the call; `nil` when they are no part of the message, or a
  /// small one.
  func share(_ part: Span<UInt8>) -> ArraySlice<UInt8>? {
    guard part.count >= Self.leastSharedBytes, part.count <= payload.count else { return nil }
    // Addresses are compared, and nothing is read. Both borrows last until the closures end, so what
    // lies within the array's memory meanwhile is a part of the array.
    let start = unsafe payload.withUnsafeBytes { payload -> Int? in
      unsafe part.withUnsafeBytes { part -> Int? in
        guard let start = payload.baseAddress, let address = part.baseAddress else { return nil }
        let offset = unsafe address - start
        return 0...payload.count - part.count ~= offset ? offset : nil
      }
    }
    return start.map { payload[$0..<$0 + part.count] }
  }
}
