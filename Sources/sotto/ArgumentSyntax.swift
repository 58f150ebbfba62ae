import ArgumentParser

/// How the text behind a flag becomes a value, and what to say when it cannot.
///
/// The syntaxes that the flags use are static members in extensions, each in a file of its own.
struct ArgumentSyntax<Value>: Sendable {
  /// What stands for the value in the help, such as `seconds`.
  let placeholder: String
  /// What a user may write, as it ends the sentence "allowed: …".
  let allowed: String
  /// Reads a value; `nil` when the text is not `allowed`.
  let parse: @Sendable (String) -> Value?
  /// Writes a default for the help, as a user would type it.
  var describe: @Sendable (Value) -> String = { "\($0)" }

  /// The value of `text`.
  func value(of text: String) throws(ArgumentError) -> Value {
    guard let value = parse(text) else { throw ArgumentError(allowed: allowed) }
    return value
  }
}

/// The text behind a flag is not one of its values.
struct ArgumentError: Error, Equatable, CustomStringConvertible {
  /// What would have been right.
  let allowed: String

  /// What ArgumentParser puts behind "The value … is invalid for …: ".
  var description: String { "allowed: \(allowed)" }
}

// `parsing: .unconditional` takes the next word whatever it looks like: with the default, `-1` is
// reported as a missing value and not as one that is too small.
extension Option {
  /// A flag with a default, which its help shows.
  init(wrappedValue: Value, _ help: String, as syntax: ArgumentSyntax<Value>) {
    self.init(
      wrappedValue: wrappedValue,
      parsing: .unconditional,
      help: ArgumentHelp(
        "\(help) (default: \(syntax.describe(wrappedValue)))",
        valueName: syntax.placeholder
      ),
      transform: { try syntax.value(of: $0) }
    )
  }

  /// A flag that must be given.
  init(needed help: String, as syntax: ArgumentSyntax<Value>) {
    self.init(
      parsing: .unconditional,
      help: ArgumentHelp(help, valueName: syntax.placeholder),
      transform: { try syntax.value(of: $0) }
    )
  }

  /// A flag that may be left out.
  init<Wrapped>(_ help: String, as syntax: ArgumentSyntax<Wrapped>) where Value == Wrapped? {
    self.init(
      parsing: .unconditional,
      help: ArgumentHelp(help, valueName: syntax.placeholder),
      transform: { try syntax.value(of: $0) }
    )
  }

  /// A flag that may be repeated.
  init<Element>(
    wrappedValue: [Element],
    _ help: String,
    as syntax: ArgumentSyntax<Element>
  ) where Value == [Element] {
    self.init(
      wrappedValue: wrappedValue,
      parsing: .unconditionalSingleValue,
      help: ArgumentHelp(help, valueName: syntax.placeholder),
      transform: { try syntax.value(of: $0) }
    )
  }
}
