import ArgumentParser
import Tokens

/// The flags about the keys of tokens, which the daemon and `sotto token` have in common.
struct KeyOptions: ParsableArguments, Sendable {
  @Option(
    """
    File with a secret of at least 32 bytes for tokens by HS256. May be repeated; read again on \
    SIGHUP, as the next one.
    """,
    as: .file
  )
  var jwtSecretFile: [String] = []

  @Option(
    """
    File with public keys (PEM) for tokens by RS256, ES256 or EdDSA: the key decides. May be \
    repeated.
    """,
    as: .file
  )
  var jwtPublicKey: [String] = []

  @Option(
    "A secret itself, for trying: flags show in ps, unlike SOTTO_JWT_SECRET.",
    as: .secret("secret")
  )
  var jwtSecret: String?

  @Option("The issuer that tokens must name (iss).", as: .text("name"))
  var jwtIssuer: String?

  @Option("The audience that tokens must name (aud).", as: .text("name"))
  var jwtAudience: String?

  /// Where the keys are.
  var sources: KeySources {
    KeySources(secretFiles: jwtSecretFile, publicKeyFiles: jwtPublicKey, secret: jwtSecret)
  }

  private var hasKey: Bool { sources != KeySources() }

  /// What is wrong with them, together with `--auth`.
  func contradiction(_ auth: AuthMode) -> String? {
    switch auth {
    case .jwt where !hasKey:
      return """
        --auth jwt (SOTTO_AUTH) needs a key: give --jwt-secret-file or --jwt-public-key or, for \
        trying, SOTTO_JWT_SECRET
        """
    case .none where hasKey || jwtIssuer != nil || jwtAudience != nil:
      return """
        keys, issuer and audience of tokens (--jwt-…, SOTTO_JWT_…) count for nothing without \
        --auth jwt (SOTTO_AUTH), and everybody could connect: give that, or none of them
        """
    default: return wrongSecret
    }
  }

  /// What is wrong with the secret of the command line, which is not quoted.
  var wrongSecret: String? {
    do throws(KeySourceError) {
      _ = try KeySources(secret: jwtSecret).secrets()
      return nil
    } catch {
      return "--jwt-secret (SOTTO_JWT_SECRET) cannot be used: \(error.error.clause)"
    }
  }
}
