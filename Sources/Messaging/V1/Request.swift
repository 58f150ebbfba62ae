/// What a client of `sotto.v1` sends.
///
/// It holds ranges of the bytes that it was read from, and goes with them: nothing is copied, and
/// nothing is allocated for an ordinary message.
public struct Request: Equatable, Sendable {
  /// The longest `id` of a message, in bytes of UTF-8.
  public static let maximumIDBytes = 64
  /// The longest `ref`, in bytes.
  public static let maximumRefBytes = 64
  /// The most clients in `peers`.
  public static let maximumPeers = 1000
  /// The longest `token`, in bytes.
  public static let maximumTokenBytes = 16 * 1024
  /// The messages that `history` asks for by itself.
  public static let defaultLimit = 50
  /// The most messages that `history` may ask for.
  public static let maximumLimit = 100

  /// What an answer names.
  public let reference: Reference
  /// What is asked for.
  public let action: Action

  /// What a client asks for, by `type`.
  public enum Action: Equatable, Sendable {
    case send(Send)
    case signal(Signal)
    case received(Received)
    case read(Read)
    case watch(Peers)
    case unwatch(Peers)
    case history(History)
    case fetch(Fetch)
    case auth(token: JSONString)
    case ping(ref: Range<Int>?)
  }

  /// A message to somebody.
  public struct Send: Equatable, Sendable {
    /// A valid id of a client.
    public let to: JSONString
    /// 1 to 64 bytes; does not begin with `~`.
    public let id: JSONString
    /// What is to be delivered.
    public let body: Body
  }

  /// What a message holds.
  public enum Body: Equatable, Sendable {
    /// Text: its `token` is what other clients of `sotto.v1` get.
    case text(JSONString)
    /// Any JSON, passed on byte for byte.
    case data(Range<Int>)
    /// Any bytes, passed on as they are.
    case binary(Binary)
  }

  /// The body of a binary message.
  public struct Binary: Equatable, Sendable {
    /// What stands behind the header.
    public let payload: Range<Int>
    /// A media type of at most 127 bytes.
    public let mime: JSONString?
    /// A file name of at most 255 bytes.
    public let name: JSONString?
  }

  /// Something for those who are online, and never kept.
  public struct Signal: Equatable, Sendable {
    /// A valid id of a client.
    public let to: JSONString
    /// Any JSON, passed on byte for byte.
    public let data: Range<Int>
  }

  /// Every message up to `seq` has been processed.
  public struct Received: Equatable, Sendable {
    /// The log that is meant; one for another log is to be ignored.
    public let log: JSONString
    /// From 0 to 2^53 − 1.
    public let seq: UInt64
  }

  /// A read receipt.
  public struct Read: Equatable, Sendable {
    /// A valid id of a client: who sent the message.
    public let to: JSONString
    /// 1 to 64 bytes; begins with `~` if the server has chosen it.
    public let id: JSONString
  }

  /// Whose presence is asked for.
  public struct Peers: Equatable, Sendable {
    /// An array of valid ids; one may be in it several times.
    let list: Range<Int>
    /// Its length, 1,000 at most.
    public let count: Int
  }

  /// Earlier messages with somebody.
  public struct History: Equatable, Sendable {
    /// A valid id of a client.
    public let peer: JSONString
    /// Only messages before that one; from 0 to 2^53 − 1.
    public let before: UInt64?
    /// From 1 to 100.
    public let limit: Int
    /// What the answer names.
    public let ref: Range<Int>?
  }

  /// The bytes of a binary message.
  public struct Fetch: Equatable, Sendable {
    /// From 0 to 2^53 − 1.
    public let seq: UInt64
    /// What the answer names.
    public let ref: Range<Int>?
  }

  init(_ reference: Reference, _ action: Action) {
    self.reference = reference
    self.action = action
  }
}

extension Request.Peers {
  /// The ids, in their order.
  public func ids(in text: Span<UInt8>) -> [ClientID] {
    var ids: [ClientID] = []
    ids.reserveCapacity(count)
    try? Self.forEach(list, in: text) { token throws(RequestError) in
      if let name = token.string, let id = try? ClientID(name.unescaped(in: text).span) {
        ids.append(id)
      }
    }
    return ids
  }

  /// Runs `body` with each element of the array at `list`, which has been read before.
  static func forEach(
    _ list: Range<Int>,
    in text: Span<UInt8>,
    _ body: (JSONToken) throws(RequestError) -> Void
  ) throws(RequestError) {
    var scanner = JSONScanner(text.extracting(0..<list.upperBound), from: list.lowerBound + 1)
    var keys = UnknownKeys()
    do throws(JSONError) {
      guard try scanner.peek() != UInt8(ascii: "]") else { return }
    } catch {
      throw .json(error)
    }
    while true {
      let token: JSONToken
      let isLast: Bool
      do throws(JSONError) {
        token = try scanner.value(.grammar, depth: 2, keys: &keys)
        isLast = try scanner.peek() == UInt8(ascii: "]")
        scanner.skip(1)
      } catch {
        throw .json(error)
      }
      try body(token)
      if isLast { return }
    }
  }
}
