import ArgumentParser

/// What the command line and the environment ask for.
enum Invocation: Sendable {
  /// Serve, with these options.
  case run(Options)
  /// Print this (help, version) on standard output, without a line break at its end; exit 0.
  case print(String)
  /// Print this line, without a line break at its end, on standard error; exit 64.
  case fail(String)

  /// `EX_USAGE` of sysexits.h.
  static let usageStatus: Int32 = 64

  /// Reads flags, then variables; a flag wins over its variable.
  ///
  /// - Parameters:
  ///   - arguments: Without the name of the program.
  ///   - environment: The value of a variable, `nil` when it is not set. An empty one counts as not
  ///     set, and only the variables of `Options.variables` are looked up.
  init(arguments: [String], environment: (String) -> String?) {
    do {
      // By themselves first: `--help` must work however broken the environment is.
      _ = try Options.parse(arguments)
    } catch {
      self = Self.ended(by: error)
      return
    }
    var inherited: [String] = []
    for variable in Options.variables where !variable.isOverridden(in: arguments) {
      guard let value = environment(variable.name), !value.isEmpty else { continue }
      let equivalent: [String]
      do throws(ArgumentError) {
        equivalent = try variable.arguments(for: value)
      } catch {
        self = .fail(Self.line("\(variable.name): The value '\(value)' is invalid: \(error)"))
        return
      }
      do {
        _ = try Options.parse(equivalent)
      } catch {
        self = .fail(Self.line("\(variable.name): \(Options.message(for: error))"))
        return
      }
      inherited += equivalent
    }
    do {
      let options = try Options.parse(inherited + arguments)
      self = options.contradiction.map { .fail(Self.line($0)) } ?? .run(options)
    } catch {
      self = Self.ended(by: error)
    }
  }

  private static func ended(by error: any Error) -> Self {
    Options.exitCode(for: error) == .success
      ? .print(Options.fullMessage(for: error))
      : .fail(line(Options.message(for: error)))
  }

  /// Makes one line of what ArgumentParser says: some of its messages have several, and the value
  /// that they quote may have any characters.
  private static func line(_ message: String) -> String {
    let words = message.split(whereSeparator: \.isNewline)
      .map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
    return "sotto: \(words.escapingControls) (see sotto --help)"
  }
}
