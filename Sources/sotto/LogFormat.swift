/// How a log event is written: as one line, in either case.
enum LogFormat: String, CaseIterable, Sendable {
  /// For people: `2026-01-31T12:00:00.000Z info listening port=8000`.
  case text
  /// For programs: one JSON object.
  case json
}
