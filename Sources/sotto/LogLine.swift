import Logging

/// One event of the log, to be written as one line.
///
///     text  2026-01-31T12:00:00.000Z info connection closed code=1000 id=1001 reason="went away"
///     json  {"time":"2026-01-31T12:00:00.000Z","level":"info","message":"connection closed",
///            "metadata":{"code":"1000","id":"1001","reason":"went away"}}    (on one line)
struct LogLine {
  let time: Timestamp
  let level: Logger.Level
  let message: String
  let metadata: Logger.Metadata

  /// The line, its line break included; no other character in it breaks lines.
  func rendered(as format: LogFormat) -> String {
    switch format {
    case .text:
      let fields = sorted(metadata).map { " \(Self.word($0.key))=\(Self.text($0.value))" }
      return "\(time) \(level) \(message.escapingControls)\(fields.joined())\n"
    case .json:
      let fields = metadata.isEmpty ? "" : ",\"metadata\":\(Self.json(.dictionary(metadata)))"
      let head = "{\"time\":\"\(time)\",\"level\":\"\(level)\""
      return "\(head),\"message\":\(message.jsonQuoted)\(fields)}\n"
    }
  }

  private static func text(_ value: Logger.MetadataValue) -> String {
    switch value {
    case .string(let text): word(text)
    case .stringConvertible(let object): word(object.description)
    case .array, .dictionary: json(value)
    }
  }

  /// The text itself when it is one word, else in quotation marks.
  private static func word(_ text: String) -> String {
    let isWord =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        !$0.needsEscape && !$0.properties.isWhitespace && $0 != "\"" && $0 != "\\" && $0 != "="
      }
    return isWord ? text : text.jsonQuoted
  }

  private static func json(_ value: Logger.MetadataValue) -> String {
    switch value {
    case .string(let text): text.jsonQuoted
    case .stringConvertible(let object): object.description.jsonQuoted
    case .array(let values): "[" + values.map(json).joined(separator: ",") + "]"
    case .dictionary(let metadata):
      "{" + sorted(metadata).map(member).joined(separator: ",") + "}"
    }
  }

  private static func member(key: String, value: Logger.MetadataValue) -> String {
    "\(key.jsonQuoted):\(json(value))"
  }
}

/// By key, so that equal events are equal lines.
private func sorted(_ metadata: Logger.Metadata) -> [(key: String, value: Logger.MetadataValue)] {
  metadata.sorted { $0.key < $1.key }
}
