import Messaging

extension ArgumentSyntax where Value == ClientID {
  /// The name of a client.
  static var clientID: Self {
    Self(
      placeholder: "id",
      allowed: "1 to 64 bytes of UTF-8 without control characters, white space, : and /",
      parse: { try? ClientID($0) }
    )
  }
}

extension ArgumentSyntax where Value == [String] {
  /// Names of clients, or how they begin, separated by commas.
  static var peers: Self {
    Self(
      placeholder: "ids",
      allowed: "ids separated by commas, with * at the end for all that begin so (6001,team-*)",
      parse: { text in
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return names.allSatisfy { (try? ClientID($0)) != nil } ? names : nil
      }
    )
  }
}
