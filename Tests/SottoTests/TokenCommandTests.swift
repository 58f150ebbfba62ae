import Testing
import Tokens

@testable import sotto

@Suite("sotto token") struct TokenCommandTests {
  private let secret = "a secret of more than thirty-two bytes"

  private func command(_ arguments: [String]) throws -> TokenCommand {
    let environment = ["SOTTO_JWT_SECRET": secret, "SOTTO_JWT_ISSUER": "i"]
    guard case .token(let command) = invocation(["token"] + arguments, environment) else {
      throw ArgumentError(allowed: "")
    }
    return command
  }

  @Test("makes a token that says what it was told") func token() throws {
    let command = try command(
      ["--id", "1001", "--expires", "30m", "--peers", "a,b*", "--jwt-audience", "chat"]
    )
    let token = Array(try command.token(at: 5_000).utf8)
    let key = Key.secret(try Secret(Array(secret.utf8)))
    let claims = try TokenVerifier(keys: [key], issuer: "i", audience: "chat")
      .claims(of: token.span, at: 5_000)
    #expect(claims.subject == Array("1001".utf8) && claims.expiry == 1_805_000)
    #expect(claims.peers == [Array("a".utf8), Array("b*".utf8)])
  }

  @Test("is valid for an hour and for all peers unless told") func defaults() throws {
    let command = try command(["--id", "1001"])
    #expect(command.expires == .seconds(3600) && command.peers == nil)
  }

  @Test("a file that cannot be read is an error with its name") func file() throws {
    let command = try command(["--id", "1001", "--jwt-secret-file", "/none"])
    do throws(StartError) {
      _ = try command.token(at: 0)
      Issue.record("was made")
    } catch {
      #expect(error.line.contains("/none"))
    }
  }

  @Test("needs a secret, and an id") func missing() {
    for arguments in [["token", "--id", "1"], ["token"], ["token", "--id", "a b"]] {
      guard case .fail = invocation(arguments) else {
        Issue.record("was accepted: \(arguments)")
        continue
      }
    }
  }
}
