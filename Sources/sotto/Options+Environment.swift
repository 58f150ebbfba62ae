import ArgumentParser

extension Options {
  /// An option as the environment spells it.
  struct Variable: Sendable {
    /// Such as `--max-queue`.
    let flag: String
    /// Such as `SOTTO_MAX_QUEUE`.
    let name: String
    /// Whether its value is a list, separated by commas.
    let isList: Bool

    /// Takes the name of a property, such as `maxQueue`.
    init(property: String, isList: Bool) {
      let words = property.reduce(into: "") { words, letter in
        words += letter.isUppercase ? "-\(letter.lowercased())" : "\(letter)"
      }
      flag = "--" + words
      name = "SOTTO_" + String(words.map { $0 == "-" ? "_" : $0 }).uppercased()
      self.isList = isList
    }

    /// The arguments that say the same as the variable's value.
    func arguments(for value: String) -> [String] {
      guard isList else { return ["\(flag)=\(value)"] }
      return value.split(separator: ",")
        .map { $0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed() }
        .filter { !$0.isEmpty }
        .map { "\(flag)=\(String($0))" }
    }

    /// Whether the command line has the flag, so that the variable does not count.
    func isOverridden(in arguments: [String]) -> Bool {
      arguments.contains { $0 == flag || $0.hasPrefix(flag + "=") }
    }
  }

  /// One variable for each option, in the order of their declaration.
  static var variables: [Variable] {
    // ArgumentParser finds the options in the same way; a wrapped property's label begins with "_".
    Mirror(reflecting: Options()).children.compactMap { child in
      child.label.map {
        Variable(property: String($0.dropFirst()), isList: child.value is any ListOption)
      }
    }
  }
}

/// An option that may be repeated.
private protocol ListOption {}

extension Option: ListOption where Value: ExpressibleByArrayLiteral {}
