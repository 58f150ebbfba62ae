/// The fields of what clients send.
public enum RequestField: Int, Sendable, CaseIterable {
  case type, to, id, text, data, log, seq, peers, peer, before, limit, ref, token, mime, name

  /// The field of that name.
  @inline(__always)
  init?(_ name: ShortName) {
    // In the order in which they are common.
    switch name {
    case ShortName("t", "y", "p", "e"): self = .type
    case ShortName("t", "o"): self = .to
    case ShortName("i", "d"): self = .id
    case ShortName("t", "e", "x", "t"): self = .text
    case ShortName("d", "a", "t", "a"): self = .data
    case ShortName("s", "e", "q"): self = .seq
    case ShortName("l", "o", "g"): self = .log
    case ShortName("r", "e", "f"): self = .ref
    case ShortName("p", "e", "e", "r"): self = .peer
    case ShortName("p", "e", "e", "r", "s"): self = .peers
    case ShortName("b", "e", "f", "o", "r", "e"): self = .before
    case ShortName("l", "i", "m", "i", "t"): self = .limit
    case ShortName("t", "o", "k", "e", "n"): self = .token
    case ShortName("m", "i", "m", "e"): self = .mime
    case ShortName("n", "a", "m", "e"): self = .name
    default: return nil
    }
  }

  /// What it must be, as the end of a sentence.
  var rule: String {
    switch self {
    case .type, .text, .log: "a string"
    case .to, .peer: "the id of a client"
    case .id: "a string of 1 to 64 bytes; one of your own does not begin with \"~\""
    case .data: "any JSON value"
    case .seq, .before: "a whole number from 0 to \(JSONNumber.maximum)"
    case .peers: "an array of ids of clients"
    case .limit: "a whole number greater than 0"
    case .ref: "a string or a number of at most 64 bytes"
    case .token: "a string of 1 to \(Request.maximumTokenBytes) bytes"
    case .mime: "a media type of at most 127 printable ASCII characters, such as \"image/png\""
    case .name:
      "a file name of at most 255 bytes, without control characters, \"/\" and \"\\\""
    }
  }
}
