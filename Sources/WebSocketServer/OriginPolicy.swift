/// Which pages may open WebSockets: browsers name the page's origin, and the server decides (RFC 6455 §10.2).
public struct OriginPolicy: Sendable, Equatable {
  /// Origins that may connect, such as `https://chat.example`; `*` is any.
  ///
  /// Empty: only pages of this very server, that is, host and port of `Origin` equal `Host`; the
  /// scheme is ignored, since a proxy may have taken the TLS off.
  public var allowed: [String]

  /// Allows `origins`, or only this server's own.
  public init(allowed origins: [String] = []) {
    allowed = origins.map { $0.lowercased() }
  }

  /// Whether a page of `origin` may connect to what it calls `host`.
  ///
  /// Who sends no origin is no browser, and may.
  ///
  /// - Parameter isSecure: Whether the browser came over TLS, as far as is known: it says which port
  ///   a `host` without one means.
  public func allows(origin: String?, host: String?, isSecure: Bool = false) -> Bool {
    guard let origin = origin?.lowercased() else { return true }
    if !allowed.isEmpty { return allowed.contains("*") || allowed.contains(origin) }
    guard let host = host?.lowercased(), let colon = origin.firstRange(of: "://") else {
      return false
    }
    let scheme = origin[..<colon.lowerBound]
    let page = Self.withPort(String(origin[colon.upperBound...]), scheme == "https")
    // Behind a proxy the scheme may be unknown: a host without a port then means either default.
    return page == Self.withPort(host, isSecure) || page == Self.withPort(host, scheme == "https")
  }

  private static func withPort(_ host: String, _ isSecure: Bool) -> String {
    // A colon after the last bracket, if any, begins a port: `[::1]:80`.
    let tail = host.lastIndex(of: "]").map { host[$0...] } ?? host[...]
    return tail.contains(":") ? host : host + (isSecure ? ":443" : ":80")
  }
}
