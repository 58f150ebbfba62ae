/// The head of a request: everything but the body (RFC 9112 §3).
public struct HTTPRequest: Sendable, Equatable {
  /// How the body, if any, is delimited (RFC 9112 §6).
  public enum Body: Sendable, Equatable {
    /// There is none.
    case none
    /// As many bytes as `Content-Length` says.
    case length(Int)
    /// Chunks, the last of which is empty.
    case chunked
  }

  /// The method as sent, such as `GET`; case counts (RFC 9110 §9.1).
  public var method: String
  /// What is asked for.
  public var target: RequestTarget
  /// The version the client speaks.
  public var version: HTTPVersion
  /// The header fields.
  public var fields: HTTPFields
  /// How the body is delimited.
  public var body: Body

  /// Makes a request from its parts, which are taken as they are.
  public init(
    method: String,
    target: RequestTarget,
    version: HTTPVersion = .http11,
    fields: HTTPFields = HTTPFields(),
    body: Body = .none
  ) {
    self.method = method
    self.target = target
    self.version = version
    self.fields = fields
    self.body = body
  }

  /// Whether the client wants the connection to stay open (RFC 9112 §9.3).
  public var keepsAlive: Bool {
    if fields.containsToken("close", in: "Connection") { return false }
    return version == .http11 || fields.containsToken("keep-alive", in: "Connection")
  }

  /// The host and port that the request is for: the target's, else those of `Host` (RFC 9110 §7.2).
  public var host: String? { target.authority ?? fields.first("Host") }

  /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
  public var expectsContinue: Bool {
    version == .http11 && body != .none && body != .length(0)
      && fields.containsToken("100-continue", in: "Expect")
  }
}
