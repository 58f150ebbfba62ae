/// The endpoint's own number for a socket: the client's place, and what is spoken.
struct Tag: RawRepresentable, Equatable {
  /// The bit that stands for `sotto.v1`: there are fewer places than that.
  private static let v1: UInt32 = 1 << 31

  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  init(_ place: UInt32, _ spoken: Subprotocol) {
    precondition(place < Self.v1)
    rawValue = spoken == .v1 ? place | Self.v1 : place
  }

  /// A socket that was opened only to be told why it is closed.
  static let nobody = Tag(rawValue: .max)

  /// Whether `sotto.v1` is spoken.
  @inline(__always)
  var speaksV1: Bool { rawValue & Self.v1 != 0 }

  /// The client's place.
  @inline(__always)
  var place: UInt32 { rawValue & ~Self.v1 }
}
