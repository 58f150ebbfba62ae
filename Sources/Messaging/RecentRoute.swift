/// What the last message looked up: messages mostly come in runs from one sender to one target.
///
/// The two short texts lie in plain memory: lent from an array in a class, their bytes would cost a
/// count of references and a record of access for each message. Safe because every write is checked
/// against `room`, and the memory is freed with the object only.
@safe final class RecentRoute {
  /// The longest text is `Client #`, 64 bytes of name and ` says: `.
  private static let room = 96

  private(set) var target = Client.Index.max
  /// Whether all that the sender sends is kept, since it has connections that have logs.
  var isKept = false
  private var sender = Client.Index.max
  private var period: UInt32 = 0
  private var form = MessageForm.text
  /// The target's name and a colon, as a message to it begins.
  private let start: UnsafeMutableRawPointer
  private var startCount = 0
  private let prefix: UnsafeMutableRawPointer
  private var prefixCount = 0

  init() {
    unsafe start = .allocate(byteCount: Self.room, alignment: 8)
    unsafe prefix = .allocate(byteCount: Self.room, alignment: 8)
  }

  deinit {
    unsafe start.deallocate()
    unsafe prefix.deallocate()
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
    if self.sender != sender || self.form != form {
      prefixCount = 0
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
    precondition(name.count < Self.room)
    for index in 0..<name.count {
      unsafe start.storeBytes(of: name[index], toByteOffset: index, as: UInt8.self)
    }
    unsafe start.storeBytes(of: UInt8(ascii: ":"), toByteOffset: name.count, as: UInt8.self)
    startCount = name.count + 1
    self.sender = sender
    self.target = target
    self.form = form
    self.period = period
  }

  private func addToPrefix(_ text: String) {
    var text = text
    // Names and constants are native strings, whose bytes can be lent as they lie.
    text.withUTF8 { bytes in
      precondition(bytes.count <= Self.room - prefixCount)
      guard let source = bytes.baseAddress else { return }
      unsafe (prefix + prefixCount).copyMemory(from: source, byteCount: bytes.count)
      prefixCount += bytes.count
    }
  }

  /// Forgets all: somebody has come or gone.
  func clear() {
    (sender, target) = (.max, .max)
  }

  /// How long the beginning is that makes `payload` go the same way again; 0 if it goes another.
  @inline(__always)
  func match(
    _ payload: Span<UInt8>,
    _ form: MessageForm,
    from sender: Client.Index,
    period: UInt32
  ) -> Int {
    guard self.sender == sender, self.period == period, self.form == form,
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
    let bytes = unsafe UnsafeRawBufferPointer(start: prefix, count: prefixCount)
    return unsafe body(Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
  }
}
