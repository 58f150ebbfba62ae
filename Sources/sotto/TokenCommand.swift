import ArgumentParser
import Messaging
import Tokens

/// `sotto token`: makes a token for trying a server out.
struct TokenCommand: ParsableCommand, Sendable {
  @Option(needed: "The client that it is for (sub).", as: .clientID)
  var id: ClientID

  @Option("How long it is valid, such as 30m.", as: .timeSpan(upToDays: 36_500))
  var expires: Duration = .seconds(3600)

  @Option(
    "Whom the client may write to, such as 6001,team-*. (default: everybody)",
    as: .peers
  )
  var peers: [String]?

  @OptionGroup var keys: KeyOptions

  static let configuration = CommandConfiguration(
    commandName: "sotto token",
    abstract: "Prints a token (HS256) for trying a server with --auth jwt.",
    usage: "sotto token --id <id> [options]",
    discussion: """
      It is signed with the first secret: that of --jwt-secret-file, or SOTTO_JWT_SECRET. Tokens \
      of real users are made where they log in.
      """
  )

  /// What is wrong with the flags taken together.
  var contradiction: String? {
    if keys.jwtSecretFile.isEmpty, keys.jwtSecret == nil {
      return """
        sotto token signs with a secret: name its file by --jwt-secret-file, or put it into \
        SOTTO_JWT_SECRET
        """
    }
    return keys.wrongSecret
  }

  /// The token.
  ///
  /// - Parameter now: ms since 1970.
  func token(at now: Int64) throws(StartError) -> String {
    let secrets: [Secret]
    do throws(KeySourceError) {
      secrets = try keys.sources.secrets()
    } catch {
      throw .noKeys(error)
    }
    return TokenSigner(
      secret: secrets[0],
      issuer: keys.jwtIssuer,
      audience: keys.jwtAudience
    ).token(
      for: id.description,
      at: now,
      validFor: expires.components.seconds,
      peers: peers
    )
  }
}
