/// A message of the plain protocol that is put into the store, or taken out for it.
struct KeptMessage: Equatable {
  /// Who sent it.
  let sender: ClientID
  /// Text or binary.
  let form: MessageForm
  /// What was sent, without any envelope; a large one may share its memory with others.
  let body: ArraySlice<UInt8>

  init(from sender: ClientID, _ form: MessageForm, _ body: ArraySlice<UInt8>) {
    self.sender = sender
    self.form = form
    self.body = body
  }
}
