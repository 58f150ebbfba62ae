/// What the compressed connections of one loop share, all of it made when it is first needed.
///
/// Without context takeover a message needs a stream only while it is handled: one compressor for
/// each window, and one decompressor, do for all connections. A message that comes in several reads
/// keeps its decompressor until it is whole, and others make one meanwhile.
///
/// They also share the time: what is inflated and compressed in one round of the loop is bounded, so
/// that whoever is not compressed does not wait for those who are.
public final class DeflatePool {
  /// The compressors by their window's bits.
  private var compressors: [Int: DeflateStream] = [:]
  /// The decompressor that nobody uses at the moment.
  private var decompressor: InflateStream?
  /// Where streams write before it is known whether it is wanted: what they can overdo at most.
  var scratch: [UInt8] = []

  static let scratchBytes = 16 * 1024
  /// Bytes that may come out of decompressors, and be handled, in a round: a few milliseconds.
  public static let inflatedRoundBytes = 1 << 20
  /// Bytes that may go into compressors in a round: about 10 ms.
  public static let compressedRoundBytes = 1 << 20

  private var inflatedBytes = 0
  private var compressedBytes = 0

  /// Makes a pool that holds nothing.
  public init() {}

  /// A round begins.
  public func beginRound() {
    inflatedBytes = 0
    compressedBytes = 0
  }

  /// Whether more may be inflated in this round.
  public var mayInflate: Bool { inflatedBytes < Self.inflatedRoundBytes }

  /// Notes that bytes have come out of a decompressor, or that a message of so many has been handled.
  public func hasInflated(_ count: Int) {
    inflatedBytes += count
  }

  /// Claims the time for compressing so many bytes; false when this round has none left.
  func mayCompress(_ count: Int) -> Bool {
    guard count <= Self.compressedRoundBytes - compressedBytes else { return false }
    compressedBytes += count
    return true
  }

  /// The compressor for messages without context, which whoever uses it resets.
  func compressor(windowBits: Int) -> DeflateStream {
    if let compressor = compressors[windowBits] { return compressor }
    let compressor = PermessageDeflate.compressor(windowBits: windowBits)
    compressors[windowBits] = compressor
    return compressor
  }

  /// A decompressor for one message, from whatever window.
  func takeDecompressor() -> InflateStream {
    defer { decompressor = nil }
    return decompressor ?? InflateStream()
  }

  /// Takes it back; one is kept.
  func give(_ stream: InflateStream) {
    stream.reset()
    decompressor = stream
  }

  /// Memory to write to for the time of a call; to be put back into `scratch`.
  func takeScratch() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &scratch)
    return taken.isEmpty ? Array(repeating: 0, count: Self.scratchBytes) : taken
  }
}
