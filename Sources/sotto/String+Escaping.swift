extension String {
  /// The text with everything escaped that could end a line, hide a part of it or command a
  /// terminal: a line of the log can then not be forged by what a client sends.
  var escapingControls: String {
    unicodeScalars.contains(where: \.needsEscape) ? escaped(alsoQuotes: false) : self
  }

  /// The text as a JSON string (RFC 8259 §7), quotation marks included.
  var jsonQuoted: String { "\"" + escaped(alsoQuotes: true) + "\"" }

  private func escaped(alsoQuotes: Bool) -> String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\"" where alsoQuotes: result += "\\\""
      case "\\" where alsoQuotes: result += "\\\\"
      case _ where scalar.needsEscape:
        // Beyond the first plane JSON wants a surrogate pair.
        for unit in UTF16.encode(scalar) ?? .init() {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Controls, line separators, and format characters such as those that reverse the direction.
  var needsEscape: Bool {
    if isASCII { return value < 0x20 || value == 0x7f }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
