/// What the conditions in a request's header lead to (RFC 9110 §13.2.2).
public enum ConditionalRequest: Sendable, Equatable {
  /// Answer as if there were no conditions.
  case proceed
  /// The client has it already: 304, with the tag and without a body.
  case notModified
  /// What the client relies on is not so: 412.
  case preconditionFailed

  /// Judges the conditions against a resource that exists.
  ///
  /// - Parameters:
  ///   - entityTag: Of its present version, if it has one.
  ///   - lastModified: Seconds since 1970, if known.
  public init(_ request: HTTPRequest, entityTag: EntityTag?, lastModified: Int?) {
    let fields = request.fields
    self =
      if !Self.isUnchanged(fields, entityTag: entityTag, lastModified: lastModified) {
        .preconditionFailed
      } else if request.method != "GET" && request.method != "HEAD" {
        Self.noneMatches(fields, entityTag) == false ? .preconditionFailed : .proceed
      } else {
        Self.isKnown(fields, entityTag: entityTag, lastModified: lastModified)
          ? .notModified : .proceed
      }
  }

  /// Steps 1 and 2: `If-Match`, and only without it `If-Unmodified-Since`.
  private static func isUnchanged(
    _ fields: HTTPFields,
    entityTag: EntityTag?,
    lastModified: Int?
  ) -> Bool {
    if let list = list(fields, "If-Match") {
      return list == "*" || matches(list, entityTag) { $0.matchesStrongly($1) }
    }
    // §13.1.4: what is no date, or cannot be compared, MUST be ignored.
    guard let lastModified, let date = date(fields, "If-Unmodified-Since") else { return true }
    return lastModified <= date
  }

  /// Steps 3 and 4: `If-None-Match`, and only without it `If-Modified-Since`.
  private static func isKnown(
    _ fields: HTTPFields,
    entityTag: EntityTag?,
    lastModified: Int?
  ) -> Bool {
    if let noneMatches = noneMatches(fields, entityTag) { return !noneMatches }
    guard let lastModified, let date = date(fields, "If-Modified-Since") else { return false }
    return lastModified <= date
  }

  /// Whether `If-None-Match` holds; nil if there is none.
  private static func noneMatches(_ fields: HTTPFields, _ entityTag: EntityTag?) -> Bool? {
    list(fields, "If-None-Match").map { list in
      list != "*" && !matches(list, entityTag) { $0.matchesWeakly($1) }
    }
  }

  /// A list that may be spread over several fields, as one.
  private static func list(_ fields: HTTPFields, _ name: String) -> String? {
    let values = fields.all(name)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  private static func matches(
    _ list: String,
    _ entityTag: EntityTag?,
    by areEqual: (EntityTag, EntityTag) -> Bool
  ) -> Bool {
    guard let entityTag else { return false }
    return EntityTag.list(list).contains { areEqual($0, entityTag) }
  }

  private static func date(_ fields: HTTPFields, _ name: String) -> Int? {
    fields.first(name).flatMap(HTTPDate.parse)
  }
}
