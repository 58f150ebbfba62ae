/// The compression of one connection, in both directions (RFC 7692 §7.2).
///
/// Its streams are made for the first message that needs them: a connection that has said nothing
/// costs this object alone. With context takeover a compressor takes 38 KiB, and a decompressor
/// 7 KiB and up to 32 KiB for the client's window, as it fills.
public final class PermessageDeflate {
  /// Shorter payloads go as they are: little is won, and each costs as much as forty plain ones.
  public static let threshold = 64

  /// Longer payloads go as they are, too: compressing them would hold up the loop.
  public static let largest = 1 << 20

  // A window of 4 KiB and tables to match: 38 KiB for each connection instead of 262, for a tenth
  // more bytes. Level 4 looks for matches at half of the time of the usual 6, and finds nearly as many.
  static let largestWindowBits = 12
  private static let memoryLevel = 5
  private static let level = 4

  /// What was agreed.
  public let parameters: DeflateParameters
  let pool: DeflatePool
  /// With context takeover: what the next message refers to.
  private var compressor: DeflateStream?
  /// With context takeover, or while a message is under way.
  var decompressor: InflateStream?
  /// Whether anything has come of the message under way.
  var hasInput = false
  /// Whether its last byte ended a block with BFINAL.
  var hasJustEnded = false

  /// Starts a connection by what was agreed; `pool` is that of its loop.
  public init(_ parameters: DeflateParameters, pool: DeflatePool) {
    self.parameters = parameters
    self.pool = pool
  }

  static func compressor(windowBits: Int) -> DeflateStream {
    DeflateStream(windowBits: windowBits, memoryLevel: memoryLevel, level: level)
  }

  /// The stream that compresses the next message.
  var currentCompressor: DeflateStream {
    let windowBits = min(Int(parameters.serverMaxWindowBits ?? 15), Self.largestWindowBits)
    guard !parameters.serverNoContextTakeover else {
      return pool.compressor(windowBits: windowBits)
    }
    if let compressor { return compressor }
    let made = Self.compressor(windowBits: windowBits)
    compressor = made
    return made
  }

  /// The stream that inflates the message under way.
  var currentDecompressor: InflateStream {
    if let decompressor { return decompressor }
    let made =
      parameters.clientNoContextTakeover ? pool.takeDecompressor() : InflateStream()
    decompressor = made
    return made
  }
}
