/// Why the manager ends a connection, as the client is told.
///
/// The ranges of the codes say what the client should do: 4000–4099 stay away, 4100–4199 come back
/// later, 4200–4299 come back at once.
public struct Farewell: Equatable, Sendable {
  /// The close code (RFC 6455 §7.4).
  public let code: UInt16
  /// At most 32 bytes of ASCII.
  public let reason: String

  private init(_ code: UInt16, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// 1011: the store does not work.
  public static let unavailable = Farewell(1011, "the store does not work")
  /// 4001: there is no token, or not one that is good for this client.
  public static let tokenWrong = Farewell(4001, "token missing or wrong")
  /// 4203: the token has ended, and no fresh one has come.
  public static let tokenExpired = Farewell(4203, "token expired")
  /// 4003: the client may not come in.
  public static let forbidden = Farewell(4003, "forbidden")
  /// 4004: an operator has ended the connection.
  public static let removed = Farewell(4004, "removed by the operator")
  /// 4005: a newer connection of the same client has taken over.
  public static let replaced = Farewell(4005, "replaced by a newer connection")
  /// 4005: another connection has this client id.
  public static let inUse = Farewell(4005, "id in use")
  /// 4101: more connections than may be.
  public static let tooMany = Farewell(4101, "too many connections")
  /// 4102: too many messages a second, for too long.
  public static let rateLimited = Farewell(4102, "rate limit")
  /// 1001: the server goes down.
  public static let goingAway = Farewell(1001, "going away")

  /// When this client may come back, ms; `nil` when it should not, or may at once.
  ///
  /// Each client has a time of its own, so that thousands do not come back at once.
  public func retry(for client: ClientID) -> UInt64? {
    guard 4100..<4200 ~= code || code < 4000 else { return nil }
    return Self.leastRetry + UInt64(UInt(bitPattern: client.hashValue) % Self.retrySpan)
  }

  /// When the client with this number in a crowd may come back, ms, if all are told at once and come at
  /// `rate` clients a second.
  public static func retry(number: Int, of crowd: Int, rate: Double) -> UInt64 {
    // A few come as slowly as those who are told one by one.
    let span = max(Double(retrySpan), Double(crowd) / rate * 1000)
    return leastRetry + UInt64(span * Double(number) / Double(max(crowd, 1)))
  }

  private static let leastRetry: UInt64 = 1000
  private static let retrySpan: UInt = 4000
}
