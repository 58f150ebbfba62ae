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
  /// What stands between the slashes of the path, each decoded by itself: a `%2F` is a byte of
  /// its segment. `/` has one segment, which is empty; `*` has none.
  public let segments: [[UInt8]]
  /// The query's items, in order.
  public let query: [QueryItem]

  /// Reads a target in origin form, absolute form or asterisk form.
  ///
  /// - Throws: `invalidTarget` for any other form, a bad escape or a bad authority.
  public init(_ raw: String) throws(HTTPError) {
    guard raw.utf8.allSatisfy(\.isTargetCharacter) else { throw .invalidTarget }
    self.raw = raw
    if raw == "*" {
      (authority, path, segments, query) = (nil, raw, [], [])
      return
    }
    var rest = raw[...]
    authority = try Self.removeAuthority(&rest)
    let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
    let encodedPath = rest[..<(mark ?? rest.endIndex)]
    guard encodedPath.utf8.first == UInt8(ascii: "/") || encodedPath.isEmpty && authority != nil
    else { throw .invalidTarget }
    segments = try Self.decodeSegments(encodedPath.dropFirst())
    path = encodedPath.utf8.contains(UInt8(ascii: "%"))
      ? Self.join(segments) : encodedPath.isEmpty ? "/" : String(encodedPath)
    query = try mark.map { mark throws(HTTPError) in
      try Self.decodeQuery(rest[rest.utf8.index(after: mark)...])
    } ?? []
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
  /// Cuts `http://host:port` off an absolute target.
  private static func removeAuthority(_ rest: inout Substring) throws(HTTPError) -> String? {
    guard rest.utf8.first != UInt8(ascii: "/") else { return nil }
    guard let scheme = ["http://", "https://"].first(where: hasScheme(rest)) else {
      throw .invalidTarget
    }
    let afterScheme = rest.dropFirst(scheme.count)
    let isInside: (UInt8) -> Bool = { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    let authority = String(Substring(afterScheme.utf8.prefix(while: isInside)))
    // RFC 9110 §4.2.1: an http URI with an empty host is invalid.
    guard Authority.isValid(authority), authority.utf8.first ?? .colon != .colon else {
      throw .invalidTarget
    }
    rest = afterScheme.dropFirst(authority.count)
    return authority
  }

  private static func hasScheme(_ target: Substring) -> (String) -> Bool {
    { target.prefix($0.count).equalsIgnoringCase($0) }
  }

  private static func decodeSegments(_ path: Substring) throws(HTTPError) -> [[UInt8]] {
    var segments: [[UInt8]] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      guard let segment = PercentEncoding.decode(part) else { throw .invalidTarget }
      segments.append(segment)
    }
    return segments
  }

  private static func join(_ segments: [[UInt8]]) -> String {
    segments.reduce(into: "") { path, segment in
      path += "/"
      for (index, part) in segment.split(
        separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
      ).enumerated() {
        path += index == 0 ? "" : "%2F"
        path += String(decoding: part, as: UTF8.self)
      }
    }
  }

  /// Splits as browsers join (`application/x-www-form-urlencoded`): `+` is a space.
  private static func decodeQuery(_ query: Substring) throws(HTTPError) -> [QueryItem] {
    var items: [QueryItem] = []
    for part in query.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      items.append(
        QueryItem(
          name: try decodeText(sides[0]), value: sides.count > 1 ? try decodeText(sides[1]) : ""))
    }
    return items
  }

  private static func decodeText(_ text: Substring) throws(HTTPError) -> String {
    let spaced = text.utf8.contains(UInt8(ascii: "+")) ? Substring(text.map { $0 == "+" ? " " : $0 }) : text
    guard let bytes = PercentEncoding.decode(spaced) else { throw .invalidTarget }
    return String(decoding: bytes, as: UTF8.self)
  }
}
