/// Reads header fields or trailers up to the empty line after them (RFC 9112 §5), in any split.
///
///     name ":" OWS value OWS CR LF   …   CR LF
struct FieldSectionParser {
  private enum State { case lineStart, name, valueStart, value, lineEnd, sectionEnd }

  private var state = State.lineStart
  /// Bytes of the name of the field whose value comes.
  private var nameCount = 0
  /// The fields that are complete, and what has come of the next one.
  private(set) var fields = HTTPFields()

  /// Takes bytes from `offset` on, and says whether the section is complete.
  mutating func next(_ bytes: Span<UInt8>, offset: inout Int) throws(HTTPError) -> Bool {
    while offset < bytes.count {
      switch state {
      case .lineStart:
        // RFC 9112 §5.2: a server MUST reject a folded line, or replace the fold.
        guard !bytes[offset].isBlank else { throw .foldedField }
        let isEmptyLine = bytes[offset] == .carriageReturn
        state = isEmptyLine ? .sectionEnd : .name
        offset += isEmptyLine ? 1 : 0
      case .name:
        let end = bytes.endOfRun(from: offset, where: \.isTokenCharacter)
        fields.appendPart(bytes.extracting(offset..<end))
        offset = end
        guard end < bytes.count else { return false }
        nameCount = fields.partCount
        guard bytes[end] == .colon, nameCount > 0 else { throw nameError(at: bytes[end]) }
        offset += 1
        state = .valueStart
      case .valueStart:
        offset = bytes.endOfRun(from: offset, where: \.isBlank)
        if offset < bytes.count { state = .value }
      case .value:
        let end = bytes.endOfRun(from: offset, where: \.isFieldCharacter)
        fields.appendPart(bytes.extracting(offset..<end))
        offset = end
        guard end < bytes.count else { return false }
        guard bytes[end] == .carriageReturn else {
          throw HTTPError.unexpected(bytes[end], or: .invalidFieldValue)
        }
        fields.endField(nameCount: nameCount)
        offset += 1
        state = .lineEnd
      case .lineEnd:
        try bytes.expectLineFeed(&offset)
        state = .lineStart
      case .sectionEnd:
        try bytes.expectLineFeed(&offset)
        return true
      }
    }
    return false
  }

  private func nameError(at byte: UInt8) -> HTTPError {
    // RFC 9112 §5.1: a server MUST reject white space between name and colon.
    byte.isBlank && nameCount > 0 ? .spaceBeforeColon : .unexpected(byte, or: .invalidFieldName)
  }
}
