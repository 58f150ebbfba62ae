extension Array where Element == UInt8 {
  /// Adds a copy of `bytes`; the array grows with what arrives, by doubling.
  public mutating func append(copying bytes: Span<UInt8>) {
    // The pointer is used within the closure only.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
