/// Whom a client may write to: some ids, and all that begin in some way.
public final class PeerBounds: Sendable {
  private let ids: [[UInt8]]
  private let prefixes: [[UInt8]]

  /// Takes ids, and beginnings that end with `*`, as UTF-8; `*` alone is everybody.
  public init(_ patterns: [[UInt8]]) {
    let star = UInt8(ascii: "*")
    ids = patterns.filter { $0.last != star }
    prefixes = patterns.filter { $0.last == star }.map { $0.dropLast() }
  }

  /// Whether the client of that name is one of them.
  public func allow(_ name: Span<UInt8>) -> Bool {
    for id in ids where id.count == name.count && Self.begins(name, with: id) { return true }
    for prefix in prefixes where Self.begins(name, with: prefix) { return true }
    return false
  }

  private static func begins(_ name: Span<UInt8>, with start: [UInt8]) -> Bool {
    guard name.count >= start.count else { return false }
    for index in 0..<start.count where name[index] != start[index] { return false }
    return true
  }
}
