/// Reads header fields or trailers up to the empty line after them (RFC 9112 §5), in any split.
///
///     name ":" OWS value OWS CR LF   …   CR LF
struct FieldSectionParser {
  private enum State { case lineStart, name, valueStart, value, lineEnd, sectionEnd }

  private var state = State.lineStart
  private var token = TokenBuffer()
  private var name = ""
  /// The fields that are complete.
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
        let part = bytes.extracting(offset..<end)
        offset = end
        guard end < bytes.count else { return keep(part) }
        name = token.finish(part)
        guard bytes[end] == .colon, !name.isEmpty else { throw nameError(at: bytes[end]) }
        offset += 1
        state = .valueStart
      case .valueStart:
        offset = bytes.endOfRun(from: offset, where: \.isBlank)
        if offset < bytes.count { state = .value }
      case .value:
        let end = bytes.endOfRun(from: offset, where: \.isFieldCharacter)
        let part = bytes.extracting(offset..<end)
        offset = end
        guard end < bytes.count else { return keep(part) }
        guard bytes[end] == .carriageReturn else {
          throw HTTPError.unexpected(bytes[end], or: .invalidFieldValue)
        }
        fields.appendChecked(name, token.finish(part))
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

  /// Keeps the part of an element whose end has not come yet.
  private mutating func keep(_ part: Span<UInt8>) -> Bool {
    token.append(part)
    return false
  }

  private func nameError(at byte: UInt8) -> HTTPError {
    // RFC 9112 §5.1: a server MUST reject white space between name and colon.
    byte.isBlank && !name.isEmpty ? .spaceBeforeColon : .unexpected(byte, or: .invalidFieldName)
  }
}
