extension [UInt8] {
  /// The same bytes, in memory of their own.
  init(copying span: Span<UInt8>) {
    self.init()
    reserveCapacity(span.count)
    for index in 0..<span.count { append(span[index]) }
  }
}
