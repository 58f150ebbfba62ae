/// Which part of a body a request asks for (RFC 9110 §14).
public enum ByteRange: Sendable, Equatable {
  /// All of it: 200. Also for what is malformed, and for several ranges, which may be ignored
  /// (§14.2).
  case whole
  /// One part, never empty: 206.
  case part(Range<Int>)
  /// Nothing that exists: 416.
  case unsatisfiable

  /// Judges `Range` and `If-Range` against a body of `size` bytes.
  ///
  /// - Parameters:
  ///   - entityTag: Of the present version; compared strongly.
  ///   - lastModified: Seconds since 1970; a date in `If-Range` must be exactly this one.
  public init(_ request: HTTPRequest, size: Int, entityTag: EntityTag?, lastModified: Int?) {
    let values = request.fields.all("Range")
    // §14.2: a server MUST ignore Range with any method but GET.
    guard request.method == "GET", values.count == 1,
      Self.mayBePart(request.fields, entityTag: entityTag, lastModified: lastModified)
    else {
      self = .whole
      return
    }
    self.init(values[0], size: size)
  }

  /// The value of `Content-Range` for this answer (§14.4); nil for the whole.
  public func contentRange(size: Int) -> String? {
    switch self {
    case .whole: nil
    case .part(let range): "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
    case .unsatisfiable: "bytes */\(size)"
    }
  }

  /// `bytes=first-last`, `bytes=first-` or `bytes=-suffix` (§14.1.1).
  private init(_ value: String, size: Int) {
    self = .whole
    let unit = "bytes="
    guard String(value.prefix(unit.count)).equalsIgnoringCase(unit) else { return }
    let ends = value.dropFirst(unit.count)
      .split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2 else { return }
    switch (ends[0].decimalNumber, ends[1].decimalNumber) {
    case (nil, let suffix?) where ends[0].isEmpty:
      // A suffix of an empty body is the whole, which no Content-Range can express.
      guard size > 0 || suffix == 0 else { return }
      self = suffix == 0 ? .unsatisfiable : .part(max(0, size - suffix)..<size)
    case (let first?, nil) where ends[1].isEmpty:
      self = first < size ? .part(first..<size) : .unsatisfiable
    case (let first?, let last?) where first <= last:
      self = first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
    default:
      return
    }
  }

  /// Whether the client's other parts are of the present version (§13.1.5).
  private static func mayBePart(
    _ fields: HTTPFields,
    entityTag: EntityTag?,
    lastModified: Int?
  ) -> Bool {
    guard let condition = fields.first("If-Range") else { return true }
    if let tag = EntityTag(parsing: condition) {
      return entityTag.map { $0.matchesStrongly(tag) } ?? false
    }
    return lastModified != nil && HTTPDate.parse(condition) == lastModified
  }
}
