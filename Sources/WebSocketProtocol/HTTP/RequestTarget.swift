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
    let bytes = raw.utf8.span
    let start: Int
    (authority, start) = try Self.authority(of: bytes)
    let end = bytes.endOfRun(from: start) { $0 != UInt8(ascii: "?") }
    // What is left starts with a slash; only behind an authority may the path be missing, and it
    // is `/` then (RFC 9112 §3.2.1).
    let encodedPath = bytes.extracting(start..<end)
    segments = try Self.decodeSegments(encodedPath.extracting(min(1, end - start)...))
    let plain = encodedPath.endOfRun(from: 0) { $0 != UInt8(ascii: "%") }
    path = plain == end - start && plain > 0 ? String(repairing: encodedPath) : Self.join(segments)
    query = end < bytes.count ? try Self.decodeQuery(bytes.extracting((end + 1)...)) : []
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
  /// The `http://host:port` of an absolute target, and where the rest begins.
  private static func authority(
    of target: Span<UInt8>
  ) throws(HTTPError) -> (authority: String?, end: Int) {
    guard target.count > 0 else { throw .invalidTarget }
    if target[0] == UInt8(ascii: "/") { return (nil, 0) }
    let schemes = ["http://", "https://"]
    guard
      let scheme = schemes.first(where: {
        target.extracting(first: $0.utf8.count).equalsIgnoringCase($0.utf8.span)
      })
    else { throw .invalidTarget }
    let start = scheme.utf8.count
    let end = target.endOfRun(from: start) { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    let authority = target.extracting(start..<end)
    // RFC 9110 §4.2.1: an http URI with an empty host is invalid.
    guard Authority.isValid(authority), start < end, authority[0] != .colon else {
      throw .invalidTarget
    }
    return (String(repairing: authority), end)
  }

  private static func decodeSegments(_ path: Span<UInt8>) throws(HTTPError) -> [[UInt8]] {
    var segments: [[UInt8]] = []
    var start = 0
    while start <= path.count {
      let end = path.endOfRun(from: start) { $0 != UInt8(ascii: "/") }
      guard let segment = PercentEncoding.decode(path.extracting(start..<end)) else {
        throw .invalidTarget
      }
      segments.append(segment)
      start = end + 1
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
  private static func decodeQuery(_ query: Span<UInt8>) throws(HTTPError) -> [QueryItem] {
    var items: [QueryItem] = []
    var start = 0
    while start < query.count {
      let end = query.endOfRun(from: start) { $0 != UInt8(ascii: "&") }
      let item = query.extracting(start..<end)
      start = end + 1
      guard item.count > 0 else { continue }
      let nameEnd = item.endOfRun(from: 0) { $0 != UInt8(ascii: "=") }
      let name = try decodeText(item.extracting(..<nameEnd))
      let value = try decodeText(item.extracting(min(nameEnd + 1, item.count)...))
      items.append(QueryItem(name: name, value: value))
    }
    return items
  }

  private static func decodeText(_ text: Span<UInt8>) throws(HTTPError) -> String {
    guard let bytes = PercentEncoding.decode(text, plusIsSpace: true) else { throw .invalidTarget }
    return String(decoding: bytes, as: UTF8.self)
  }
}
