extension Span<UInt8> {
  /// The bytes in an array, which may be kept.
  public var copy: [UInt8] { indices.map { self[$0] } }
}
