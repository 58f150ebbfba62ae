import ArgumentParser

/// What the command line and the environment ask for.
enum Invocation: Sendable {
  /// Serve, with these options.
  case run(Options)
  /// Print a token; exit 0.
  case token(TokenCommand)
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
    if arguments.first == "token" {
      let own = Array(arguments.dropFirst())
      let variables = Options.variables(of: KeyOptions())
      self = Self.read(TokenCommand.self, own, environment, variables) { command in
        command.contradiction.map { .fail(Self.line($0, TokenCommand.self)) } ?? .token(command)
      }
    } else {
      self = Self.read(Options.self, arguments, environment, Options.variables) { options in
        options.contradiction.map { .fail(Self.line($0, Options.self)) } ?? .run(options)
      }
    }
  }

  private static func read<Command: ParsableCommand>(
    _ command: Command.Type,
    _ arguments: [String],
    _ environment: (String) -> String?,
    _ variables: [Options.Variable],
    _ judge: (Command) -> Self
  ) -> Self {
    do {
      // By themselves first: `--help` must work however broken the environment is.
      _ = try command.parse(arguments)
    } catch {
      return ended(by: error, command)
    }
    var inherited: [String] = []
    for variable in variables where !variable.isOverridden(in: arguments) {
      guard let value = environment(variable.name), !value.isEmpty else { continue }
      let equivalent: [String]
      do throws(ArgumentError) {
        equivalent = try variable.arguments(for: value)
      } catch {
        return .fail(
          line("\(variable.name): The value '\(value)' is invalid: \(error)", command)
        )
      }
      do {
        _ = try Options.parse(equivalent)
      } catch {
        return .fail(line("\(variable.name): \(Options.message(for: error))", command))
      }
      inherited += equivalent
    }
    do {
      return judge(try command.parse(inherited + arguments))
    } catch {
      return ended(by: error, command)
    }
  }

  private static func ended(
    by error: any Error,
    _ command: (some ParsableCommand).Type
  ) -> Self {
    command.exitCode(for: error) == .success
      ? .print(command.fullMessage(for: error))
      : .fail(line(command.message(for: error), command))
  }

  /// Makes one line of what ArgumentParser says: some of its messages have several, and the value
  /// that they quote may have any characters.
  private static func line(_ message: String, _ command: any ParsableCommand.Type) -> String {
    let words = message.split(whereSeparator: \.isNewline)
      .map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
    let name = command.configuration.commandName ?? "sotto"
    return "sotto: \(words.escapingControls) (see \(name) --help)"
  }
}
