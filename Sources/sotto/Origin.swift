import WebSocketServer

extension ArgumentSyntax where Value == String {
  /// A web origin as a browser sends it (RFC 6454 §6.2), `null`, or `*` for any.
  ///
  /// The value is what a browser would send: in lower case, without the scheme's default port.
  static var origin: Self {
    Self(
      placeholder: "origin",
      allowed: "scheme://host[:port] without a path, such as https://chat.example, or * or null",
      parse: { text in text == "*" || text == "null" ? text : serializedOrigin(text.lowercased()) }
    )
  }

  private static func serializedOrigin(_ text: String) -> String? {
    guard let colon = text.firstRange(of: "://") else { return nil }
    let scheme = text[..<colon.lowerBound]
    let authority = text[colon.upperBound...]
    guard
      let first = scheme.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first),
      scheme.allSatisfy({ $0.isOriginLetter || "+-.".contains($0) }),
      let (host, port) = split(authority)
    else { return nil }
    let isDefault = port == nil || defaultPorts[String(scheme)] == port
    return "\(scheme)://\(host)" + (isDefault ? "" : ":\(port ?? 0)")
  }

  /// The host, a name or an address with the brackets of IPv6, and the port behind it.
  private static func split(_ authority: Substring) -> (host: Substring, port: Int?)? {
    let isBracketed = authority.hasPrefix("[")
    // The colons of an IPv6 address stand before the bracket, that of the port behind it.
    let bracket = isBracketed ? authority.firstIndex(of: "]") : authority.startIndex
    guard let bracket else { return nil }
    let end = authority[bracket...].firstIndex(of: ":") ?? authority.endIndex
    let (host, rest) = (authority[..<end], authority[end...])
    let isHost =
      isBracketed
      ? host.hasSuffix("]") && host.contains(":")
        && IPAddress(String(host.dropFirst().dropLast())) != nil
      : !host.isEmpty && host.allSatisfy { $0.isOriginLetter || "-._".contains($0) }
    guard isHost else { return nil }
    if rest.isEmpty { return (host, nil) }
    guard
      rest.hasPrefix(":"), rest.dropFirst().isDecimal, let port = Int(rest.dropFirst()),
      (1...65535).contains(port)
    else { return nil }
    return (host, port)
  }

  private static var defaultPorts: [String: Int] { ["http": 80, "https": 443] }
}

extension Character {
  /// A lower-case ASCII letter or a digit; other scripts come as punycode in an origin.
  fileprivate var isOriginLetter: Bool {
    isASCII && (isLetter || isNumber)
  }
}
