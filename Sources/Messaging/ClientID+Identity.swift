extension ClientID {
  /// Whether two names share their bytes: the same short text, or one text in one place.
  ///
  /// Equal names mostly do, so that nothing but two words of each has to be looked at. Safe because a
  /// string is two words, which are only compared.
  @inline(__always)
  func isIdentical(to other: Self) -> Bool {
    unsafe unsafeBitCast(description, to: UInt128.self)
      == unsafeBitCast(other.description, to: UInt128.self)
  }
}
