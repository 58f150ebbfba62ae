extension Array where Element == UInt8 {
  /// A copy of `bytes`, made in one go: byte by byte a picture would hold up the loop.
  init(copying bytes: Span<UInt8>) {
    // The pointer is used within the closure only.
    self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// Adds a copy of `bytes`, in one go too.
  mutating func append(copying bytes: Span<UInt8>) {
    // The pointer is used within the closure only.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
