/// What the last messages of many senders looked up: whoever chats mostly goes on with the same target.
///
/// Each sender has a place, which it shares with those whose numbers end alike. They lie in plain memory:
/// an array in a class would count references and record accesses for each message. Safe because
/// the place is taken by a mask, and the memory is freed with the object only.
@safe final class RecentRoutes {
  /// Places, a power of two: 192 KiB of memory.
  static let count = 1024

  private let places: UnsafeMutableRawPointer
  /// Goes on with each call of `clear`, so that no older look-up counts.
  private var epoch: UInt32 = 0

  init() {
    unsafe places = .allocate(byteCount: Self.count * RecentRoute.bytes, alignment: 64)
    for place in 0..<Self.count {
      unsafe RecentRoute(places + place * RecentRoute.bytes, epoch: 0).clear()
    }
  }

  deinit {
    unsafe places.deallocate()
  }

  /// The look-up of a sender, or of another one at the same place.
  @inline(__always)
  subscript(sender: Client.Index) -> RecentRoute {
    let place = Int(sender) & (Self.count - 1)
    return unsafe RecentRoute(places + place * RecentRoute.bytes, epoch: epoch)
  }

  /// Forgets all: somebody has come or gone.
  func clear() {
    epoch &+= 1
    // After four billion an old look-up would count again.
    guard epoch == 0 else { return }
    for place in 0..<Self.count { self[UInt32(place)].clear() }
  }
}

/// What the last message of a sender looked up.
///
/// Its two short texts lie behind it. Safe because every write is checked against the room that there
/// is, and nobody keeps one for longer than a call of the manager, which holds the memory.
@safe struct RecentRoute {
  /// A name and a colon.
  private static let startRoom = 72
  /// `Client #`, 64 bytes of name and ` says: `.
  private static let prefixRoom = 80
  /// Bytes of one with its texts: three lines of the cache.
  static let bytes = 192

  private struct Header {
    var sender = Client.Index.max
    var target = Client.Index.max
    var period: UInt32 = 0
    var epoch: UInt32 = 0
    var form = MessageForm.text
    var startCount: UInt8 = 0
    var prefixCount: UInt8 = 0
  }

  private let header: UnsafeMutablePointer<Header>
  private let epoch: UInt32

  /// The one at `memory`; of no other epoch.
  init(_ memory: UnsafeMutableRawPointer, epoch: UInt32) {
    unsafe header = memory.assumingMemoryBound(to: Header.self)
    self.epoch = epoch
  }

  /// The target's name and a colon, as a message to it begins.
  private var start: UnsafeMutableRawPointer {
    unsafe UnsafeMutableRawPointer(header) + Self.bytes - Self.prefixRoom - Self.startRoom
  }

  private var prefix: UnsafeMutableRawPointer {
    unsafe UnsafeMutableRawPointer(header) + Self.bytes - Self.prefixRoom
  }

  /// Where its messages go.
  var target: Client.Index { unsafe header.pointee.target }

  /// Forgets all.
  func clear() {
    unsafe header.initialize(to: Header())
  }

  /// Notes a look-up; `payload` begins with `name` and a colon.
  func set(
    sender: Client.Index,
    _ id: ClientID,
    target: Client.Index,
    _ name: Span<UInt8>,
    _ form: MessageForm,
    period: UInt32
  ) {
    if !isOf(sender, form) {
      unsafe header.pointee.prefixCount = 0
      switch form {
      case .text:
        addToPrefix(PlainEnvelope.beforeSender)
        addToPrefix(id.description)
        addToPrefix(PlainEnvelope.beforeText)
      case .binary:
        addToPrefix(id.description)
        addToPrefix(PlainEnvelope.beforeBytes)
      }
    }
    precondition(name.count < Self.startRoom)
    for index in 0..<name.count {
      unsafe start.storeBytes(of: name[index], toByteOffset: index, as: UInt8.self)
    }
    unsafe start.storeBytes(of: UInt8(ascii: ":"), toByteOffset: name.count, as: UInt8.self)
    unsafe header.pointee.startCount = UInt8(name.count + 1)
    unsafe header.pointee.sender = sender
    unsafe header.pointee.target = target
    unsafe header.pointee.form = form
    unsafe header.pointee.period = period
    unsafe header.pointee.epoch = epoch
  }

  private func addToPrefix(_ text: String) {
    var text = text
    // Names and constants are native strings, whose bytes can be lent as they lie.
    text.withUTF8 { bytes in
      let count = unsafe Int(header.pointee.prefixCount)
      precondition(bytes.count <= Self.prefixRoom - count)
      guard let source = bytes.baseAddress else { return }
      unsafe (prefix + count).copyMemory(from: source, byteCount: bytes.count)
      unsafe header.pointee.prefixCount = UInt8(count + bytes.count)
    }
  }

  @inline(__always)
  private func isOf(_ sender: Client.Index, _ form: MessageForm) -> Bool {
    unsafe header.pointee.sender == sender && header.pointee.epoch == epoch
      && header.pointee.form == form
  }

  /// How long the beginning is that makes `payload` go the same way again; 0 if it goes another.
  @inline(__always)
  func match(
    _ payload: Span<UInt8>,
    _ form: MessageForm,
    from sender: Client.Index,
    period: UInt32
  ) -> Int {
    let startCount = unsafe Int(header.pointee.startCount)
    guard isOf(sender, form), unsafe header.pointee.period == period, startCount > 0,
      payload.count >= startCount
    else { return 0 }
    // A name has no colon, so whatever begins with name and colon means that name.
    return unsafe payload.withUnsafeBytes { bytes in
      var index = 0
      while index + 8 <= startCount {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        guard unsafe word == start.load(fromByteOffset: index, as: UInt64.self) else { return 0 }
        index += 8
      }
      if index < startCount, index + 8 <= bytes.count {
        // The last bytes by one word, too: what lies behind the start is shifted out.
        let beyond = UInt64(64 - 8 * (startCount - index))
        let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let other = unsafe start.load(fromByteOffset: index, as: UInt64.self)
        return (word ^ other) << beyond == 0 ? startCount : 0
      }
      while index < startCount {
        guard unsafe bytes[index] == start.load(fromByteOffset: index, as: UInt8.self) else {
          return 0
        }
        index += 1
      }
      return startCount
    }
  }

  /// Lends what goes before the body of a message from the sender.
  @inline(__always)
  func withPrefix<R>(_ body: (Span<UInt8>) -> R) -> R {
    let bytes = unsafe UnsafeRawBufferPointer(start: prefix, count: Int(header.pointee.prefixCount))
    return unsafe body(Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
  }
}
