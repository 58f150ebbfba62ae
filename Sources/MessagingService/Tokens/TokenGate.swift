public import Logging
public import Messaging
public import Tokens
import UV
import WebSocketProtocol
import WebSocketServer

/// Asks clients for a JSON Web Token, whose `sub` is their id.
public final class TokenGate: Authenticator {
  /// Whether somebody may come in.
  enum Decision {
    case admitted(Pass)
    /// The sentence says why not.
    case refused(String)
  }

  private let sources: KeySources
  private let issuer: String?
  private let audience: String?
  private let logger: Logger
  private var verifier: TokenVerifier

  /// Reads the keys.
  ///
  /// - Parameters:
  ///   - issuer: What `iss` must be, if that is looked at.
  ///   - audience: What must be in `aud`, if that is looked at.
  /// - Throws: `KeySourceError`.
  public init(
    _ sources: KeySources,
    issuer: String? = nil,
    audience: String? = nil,
    logger: Logger
  ) throws(KeySourceError) {
    self.sources = sources
    self.issuer = issuer
    self.audience = audience
    self.logger = logger
    verifier = TokenVerifier(keys: try sources.keys(), issuer: issuer, audience: audience)
  }

  /// Reads the keys again; who is connected stays until their token expires.
  ///
  /// - Throws: `KeySourceError`; all stays as it was then.
  public func reload() throws(KeySourceError) {
    verifier = TokenVerifier(keys: try sources.keys(), issuer: issuer, audience: audience)
  }

  /// What a fresh token allows to a client that is connected.
  public func pass(for token: Span<UInt8>, of client: ClientID, at time: UInt64) -> Pass? {
    do throws(TokenError) {
      return try check(token, of: client, at: time)
    } catch {
      noteRefusal(of: client, error.sentence)
      return nil
    }
  }

  /// Judges somebody who wants to connect as `client`.
  ///
  /// - Parameter time: ms since 1970.
  func judge(_ token: PresentedToken, of client: ClientID, at time: UInt64) -> Decision {
    let sentence: String
    switch token {
    case .none:
      sentence =
        "A token is needed here: Authorization: Bearer TOKEN, or the subprotocol bearer.TOKEN."
    case .several: sentence = "There is more than one token in the request."
    case .one(let token):
      do throws(TokenError) {
        return .admitted(try check(Array(token.utf8).span, of: client, at: time))
      } catch {
        sentence = error.sentence
      }
    }
    noteRefusal(of: client, sentence)
    return .refused(sentence)
  }

  private func check(
    _ token: Span<UInt8>,
    of client: ClientID,
    at time: UInt64
  ) throws(TokenError) -> Pass {
    let claims = try verifier.claims(of: token, at: Int64(clamping: time))
    guard claims.subject.elementsEqual(client.description.utf8) else { throw .wrongSubject }
    return Pass(
      end: UInt64(clamping: claims.expiry + TokenVerifier.leeway),
      peers: claims.peers.map { PeerBounds($0) }
    )
  }

  /// Tells the operator, but never what the token was.
  private func noteRefusal(of client: ClientID, _ sentence: String) {
    logger.debug("token refused", metadata: ["client": "\(client)", "why": "\(sentence)"])
  }
}

extension HTTPResponse {
  /// 401 (RFC 6750 §3).
  static func tokenRefused(_ sentence: String) -> HTTPResponse {
    var response = HTTPResponse.text(.unauthorized, sentence)
    response.fields.append("WWW-Authenticate", "Bearer")
    return response
  }
}
