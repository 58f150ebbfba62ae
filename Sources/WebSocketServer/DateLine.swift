import WebSocketProtocol

/// The present as HTTP writes it (RFC 9110 §5.6.7), made once a second.
struct DateLine {
  private var second = Int.min
  private var text = ""

  /// The text for a second since 1970.
  mutating func text(at second: Int) -> String {
    if self.second != second {
      self.second = second
      text = HTTPDate.format(secondsSince1970: second)
    }
    return text
  }
}
