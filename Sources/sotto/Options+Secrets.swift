import MessagingService
import UV

/// Secrets, which are better kept in files: flags can be seen by others.
extension Options {
  /// What is wrong with the flags that name secrets, taken together.
  var contradictionOfSecrets: String? {
    guard adminToken != nil, adminTokenFile != nil else { return nil }
    return "--admin-token (SOTTO_ADMIN_TOKEN) and --admin-token-file (SOTTO_ADMIN_TOKEN_FILE) "
      + "are two places for one token: give one of them"
  }

  /// The token of the operators' API; `nil` when there is to be none.
  func adminSecret() throws(StartError) -> AdminToken? {
    if let adminToken { return AdminToken(adminToken) }
    guard let path = adminTokenFile else { return nil }
    let text: String
    do throws(UVError) {
      text = try SecretFile.read(path)
    } catch {
      throw .noSecret(path, error, flag: "--admin-token-file")
    }
    guard let token = AdminToken(text) else {
      throw .badSecret(
        path,
        "a token is a word of visible ASCII characters, without spaces; make one with "
          + "openssl rand -hex 32"
      )
    }
    return token
  }
}

extension StartError {
  static func noSecret(_ path: String, _ error: UVError, flag: String) -> StartError {
    StartError(
      line: "The file \(path) cannot be read: \(error.message) (\(error.name)); "
        + "name a file with one line for \(flag)."
    )
  }

  static func badSecret(_ path: String, _ remedy: String) -> StartError {
    StartError(line: "The file \(path) holds no token: \(remedy).")
  }
}
