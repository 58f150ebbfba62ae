/// What can be told of a text in PEM (RFC 7468) by its labels.
enum PEM {
  private static let begin = Array("-----BEGIN ".utf8)

  /// Whether there is a beginning of something in PEM.
  static func isIn(_ bytes: [UInt8]) -> Bool { !labels(of: bytes).isEmpty }

  /// The labels, such as `PUBLIC KEY`, in their order.
  static func labels(of bytes: [UInt8]) -> [String] {
    bytes.split { $0 == 0x0A || $0 == 0x0D }.compactMap { line in
      guard line.starts(with: begin), line.suffix(5).elementsEqual("-----".utf8) else { return nil }
      return String(decoding: line.dropFirst(begin.count).dropLast(5), as: UTF8.self)
    }
  }
}
