import ArgumentParser

extension Options {
  /// An option as the environment spells it.
  struct Variable: Sendable {
    /// Such as `--max-queue`.
    let flag: String
    /// Such as `SOTTO_MAX_QUEUE`.
    let name: String
    /// What its value is.
    let form: Form

    /// What may stand in a variable.
    enum Form: Sendable {
      /// What may stand behind the flag.
      case value
      /// The same, several times and separated by commas.
      case list
      /// `true` or `false`, for a flag without a value.
      case choice
    }

    /// Takes the name of a property, such as `maxQueue`.
    init(property: String, form: Form) {
      let words = property.reduce(into: "") { words, letter in
        words += letter.isUppercase ? "-\(letter.lowercased())" : "\(letter)"
      }
      flag = "--" + words
      name = "SOTTO_" + String(words.map { $0 == "-" ? "_" : $0 }).uppercased()
      self.form = form
    }

    /// The flag that says the opposite of a choice.
    private var inverse: String { "--no-" + flag.dropFirst(2) }

    /// The arguments that say the same as the variable's value.
    func arguments(for value: String) throws(ArgumentError) -> [String] {
      switch form {
      case .value: return ["\(flag)=\(value)"]
      case .choice:
        switch value.lowercased() {
        case "true", "1", "yes", "on": return [flag]
        case "false", "0", "no", "off": return [inverse]
        default: throw ArgumentError(allowed: "true, false")
        }
      case .list: break
      }
      return value.split(separator: ",")
        .map { $0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed() }
        .filter { !$0.isEmpty }
        .map { "\(flag)=\(String($0))" }
    }

    /// Whether the command line has the flag, so that the variable does not count.
    func isOverridden(in arguments: [String]) -> Bool {
      arguments.contains { argument in
        argument == flag || argument.hasPrefix(flag + "=") || form == .choice && argument == inverse
      }
    }
  }

  /// One variable for each option, in the order of their declaration.
  static var variables: [Variable] { variables(of: Options()) }

  /// One variable for each option of a set of them.
  static func variables(of options: some ParsableArguments) -> [Variable] {
    // ArgumentParser finds the options in the same way; a wrapped property's label begins with "_".
    Mirror(reflecting: options).children.flatMap { child in
      if let group = child.value as? any Group { return group.variables }
      guard let label = child.label else { return [] }
      return [
        Variable(
          property: String(label.dropFirst()),
          form: child.value is any ListOption
            ? .list : child.value is Flag<Bool> ? .choice : .value
        )
      ]
    }
  }
}

/// Options that are declared elsewhere.
private protocol Group {
  var variables: [Options.Variable] { get }
}

extension OptionGroup: Group {
  fileprivate var variables: [Options.Variable] { Options.variables(of: Value()) }
}

/// An option that may be repeated.
private protocol ListOption {}

extension Option: ListOption where Value: ExpressibleByArrayLiteral {}
