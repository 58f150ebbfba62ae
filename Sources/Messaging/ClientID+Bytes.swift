extension ClientID {
  /// The name as UTF-8.
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { description.utf8Span.span }
  }

  /// Whether `bytes` can be a name.
  ///
  /// Most names are ASCII, for which nothing is allocated.
  ///
  /// - Throws: `ClientIDError`, which says what is wrong with them.
  static func check(_ bytes: Span<UInt8>) throws(ClientIDError) {
    guard bytes.count > 0, bytes.count <= maximumBytes else {
      throw bytes.count == 0 ? .empty : .tooLong(bytes: bytes.count)
    }
    for index in 0..<bytes.count {
      let byte = bytes[index]
      guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: ":"), byte != UInt8(ascii: "/") else {
        _ = try ClientID(bytes)
        return
      }
    }
  }
}
