import WebSocketServer

extension ArgumentSyntax where Value == String {
  /// An address of this machine.
  static var address: Self {
    Self(
      placeholder: "address",
      allowed: "an IPv4 or IPv6 address, such as 127.0.0.1, 0.0.0.0, ::1 or ::, or localhost",
      parse: { text in
        // The name is not looked up: a resolver may answer with something else than loopback.
        if text == "localhost" { return "127.0.0.1" }
        return IPAddress(text) == nil ? nil : text
      }
    )
  }
}

extension ArgumentSyntax where Value == AddressRange {
  /// A range of addresses, or one address.
  static var addressRange: Self {
    Self(
      placeholder: "cidr",
      allowed: "an address or a range in CIDR notation, such as 10.0.0.0/8 or fd00::/8",
      parse: { AddressRange($0) }
    )
  }
}
