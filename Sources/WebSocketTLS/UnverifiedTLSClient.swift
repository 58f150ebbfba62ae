import COpenSSL
public import WebSocketServer

/// The client's side of TLS, for load generators and tests: it believes any certificate.
///
/// A filter of it is opened once with no bytes at all, since the client speaks first. Safe because
/// the C object is freed with this one, and connections count their own reference to it.
@safe public final class UnverifiedTLSClient: TransportSecurity {
  private let context: OpaquePointer
  private let wire: WireBuffer

  /// - Throws: `TLSError` when there is no memory.
  public init() throws(TLSError) {
    wire = try WireBuffer()
    guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
      throw TLSError.ofOpenSSL("TLS cannot be set up")
    }
    unsafe self.context = context
    unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
    unsafe SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
  }

  deinit {
    unsafe SSL_CTX_free(context)
  }

  /// TLS for a connection that has just been made.
  public func makeFilter() -> (any TransportFilter)? {
    unsafe TLSConnection(context, wire, role: .client)
  }
}
