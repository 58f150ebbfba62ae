import Logging
import Testing

@testable import sotto

@Suite("Log line") struct LogLineTests {
  @Test("without metadata a line has time, level and message") func bare() {
    expect(
      [:],
      text: "",
      json: ""
    )
  }

  @Test("metadata stands sorted by key") func sorted() {
    expect(
      ["id": "1001", "code": "1000", "after": "0.5"],
      text: " after=0.5 code=1000 id=1001",
      json: #"{"after":"0.5","code":"1000","id":"1001"}"#
    )
  }

  @Test(
    "in text a value or key that is not one plain word is quoted",
    arguments: [
      ("went away", #""went away""#), ("", #""""#), ("a=b", #""a=b""#), ("a\"b", #""a\"b""#),
      ("a\\b", #""a\\b""#), ("a\u{a0}b", "\"a\u{a0}b\""),
      ("x\n2026-01-31T12:00:00.000Z error forged", #""x\n2026-01-31T12:00:00.000Z error forged""#),
      ("\u{1b}[2J", #""\u001b[2J""#),
    ]
  )
  func quoted(value: String, text: String) {
    expect(["k": .string(value)], text: " k=\(text)", json: "{\"k\":\(value.jsonQuoted)}")
    expect([value: "v"], text: " \(text)=v", json: "{\(value.jsonQuoted):\"v\"}")
  }

  @Test("lists and nested metadata are JSON in both formats") func nested() {
    expect(
      ["m": ["b": "2", "a": ["x y", "\n"]], "n": .stringConvertible(7)],
      text: #" m={"a":["x y","\n"],"b":"2"} n=7"#,
      json: #"{"m":{"a":["x y","\n"],"b":"2"},"n":"7"}"#
    )
  }

  @Test("a message cannot forge a line", arguments: [LogFormat.text, .json])
  func forged(format: LogFormat) {
    let line = LogLine(
      time: Timestamp(milliseconds: 0),
      level: .info,
      message: "a\nb\"",
      metadata: [:]
    ).rendered(as: format)
    #expect(
      line
        == (format == .text
          ? "1970-01-01T00:00:00.000Z info a\\nb\"\n"
          : #"{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"a\nb\""}"# + "\n")
    )
  }

  private func expect(
    _ metadata: Logger.Metadata,
    text: String,
    json: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let line = LogLine(
      time: Timestamp(milliseconds: 1500),
      level: .warning,
      message: "slow reader",
      metadata: metadata
    )
    #expect(
      line.rendered(as: .text) == "1970-01-01T00:00:01.500Z warning slow reader\(text)\n",
      sourceLocation: sourceLocation
    )
    let head = #"{"time":"1970-01-01T00:00:01.500Z","level":"warning","message":"slow reader""#
    #expect(
      line.rendered(as: .json) == head + (json.isEmpty ? "" : ",\"metadata\":\(json)") + "}\n",
      sourceLocation: sourceLocation
    )
  }
}
