/// What a request asks for (RFC 9112 §3.2), decoded once, so that nobody decodes it twice.
///
///     /ws/a%2Fb?since=7   segments: "ws", "a/b"   query: since = 7
public struct RequestTarget: Sendable, Equatable {
  /// A `name=value` of the query, decoded; what is no UTF-8 has become U+FFFD.
  public struct QueryItem: Sendable, Equatable {
    /// What stands before the first `=`.
    public let name: String
    /// What stands after the first `=`; empty if there is none.
    public let value: String
  }

  /// The target as it was sent.
  public let raw: String
  /// The host and port of an absolute target, which count instead of `Host` (RFC 9112 §3.2.2).
  public let authority: String?
  /// The decoded path, for comparing with routes and for logs; `*` for the whole server.
  ///
  /// A `%2F` stays as it is, so that each slash in here is a separator, and what is no UTF-8 has
  /// become U+FFFD: take names from `segments`.
  public let path: String
  /// What stands between the slashes of the path, each part decoded by itself.
  ///
  /// A `%2F` is thus a byte of its segment. `/` has one segment, which is empty; `*` has none.
  public let segments: [[UInt8]]
  /// The query's items, in order.
  public let query: [QueryItem]

  /// Reads a target in origin form, absolute form or asterisk form.
  ///
  /// - Throws: `invalidTarget` for any other form, a bad escape or a bad authority.
  public init(_ raw: String) throws(HTTPError) {
    guard raw.consists(of: \.isTargetCharacter) else { throw .invalidTarget }
    self.raw = raw
    if raw == "*" {
      (authority, path, segments, query) = (nil, raw, [], [])
      return
    }
    // Bytes, since a `Substring` is four times slower to take apart.
    var rest = Array(raw.utf8)[...]
    authority = try Self.removeAuthority(&rest)
    let encodedPath = rest.prefix { $0 != UInt8(ascii: "?") }
    // What is left starts with a slash; only behind an authority may the path be missing, and it
    // is `/` then (RFC 9112 §3.2.1).
    segments = try Self.decodeSegments(encodedPath.dropFirst())
    path = Self.join(segments)
    query = try Self.decodeQuery(rest[encodedPath.endIndex...].dropFirst())
  }

  /// The value of the first item of the query that has that name.
  public func first(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// The segments as names of files below a folder, or nil if they could name anything else.
  ///
  /// Nil for `.`, `..` and every other name that starts with a point (hidden files), for a slash
  /// or NUL within a name, for what is no UTF-8, and for an empty name unless it is the last:
  /// joined by slashes, the names can only lead downwards.
  public var fileNames: [String]? {
    var names: [String] = []
    for (index, segment) in segments.enumerated() {
      guard let name = String(validating: segment, as: UTF8.self),
        !segment.isEmpty || index == segments.count - 1,
        segment.first != UInt8(ascii: "."), !segment.contains(UInt8(ascii: "/")),
        !segment.contains(0)
      else { return nil }
      names.append(name)
    }
    return names
  }
}

extension RequestTarget {
  private typealias Bytes = ArraySlice<UInt8>

  /// Cuts `http://host:port` off an absolute target.
  private static func removeAuthority(_ rest: inout Bytes) throws(HTTPError) -> String? {
    guard rest.first != UInt8(ascii: "/") else { return nil }
    let lowercased = rest.prefix(8).map(\.lowercased)
    guard let scheme = ["http://", "https://"].first(where: { lowercased.starts(with: $0.utf8) })
    else { throw .invalidTarget }
    rest = rest.dropFirst(scheme.utf8.count)
    let bytes = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    let authority = String(decoding: bytes, as: UTF8.self)
    // RFC 9110 §4.2.1: an http URI with an empty host is invalid.
    guard Authority.isValid(authority), bytes.first ?? .colon != .colon else {
      throw .invalidTarget
    }
    rest = rest[bytes.endIndex...]
    return authority
  }

  private static func decodeSegments(_ path: Bytes) throws(HTTPError) -> [[UInt8]] {
    var segments: [[UInt8]] = []
    for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let segment = PercentEncoding.decode(part) else { throw .invalidTarget }
      segments.append(segment)
    }
    return segments
  }

  private static func join(_ segments: [[UInt8]]) -> String {
    var path: [UInt8] = []
    for segment in segments {
      path.append(UInt8(ascii: "/"))
      for byte in segment {
        if byte == UInt8(ascii: "/") { path += "%2F".utf8 } else { path.append(byte) }
      }
    }
    return String(decoding: path, as: UTF8.self)
  }

  /// Splits as browsers join (`application/x-www-form-urlencoded`): `+` is a space.
  private static func decodeQuery(_ query: Bytes) throws(HTTPError) -> [QueryItem] {
    var items: [QueryItem] = []
    for part in query.split(separator: UInt8(ascii: "&")) {
      let name = part.prefix { $0 != UInt8(ascii: "=") }
      let value = part[name.endIndex...].dropFirst()
      items.append(QueryItem(name: try decodeText(name), value: try decodeText(value)))
    }
    return items
  }

  private static func decodeText(_ text: Bytes) throws(HTTPError) -> String {
    guard let bytes = PercentEncoding.decode(text, plusIsSpace: true) else { throw .invalidTarget }
    return String(decoding: bytes, as: UTF8.self)
  }
}
