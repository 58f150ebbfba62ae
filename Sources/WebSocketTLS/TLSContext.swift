import COpenSSL
public import WebSocketServer

/// The keys and the rules of the TLS of a server (OpenSSL `SSL_CTX`): TLS 1.3, and 1.2 with forward secrecy
/// and authenticated encryption.
///
///     let tls = try TLSContext(certificate: "chain.pem", key: "key.pem")
///     let server = try Server(on: loop, routes: routes, security: tls)
///
/// Sessions are resumed by tickets, so nothing is kept for clients that are gone. Safe because the C
/// object is freed with this one, and connections count their own reference to it.
@safe public final class TLSContext: TransportSecurity {
  /// Ticket keys live this long, seconds: who finds one cannot read what is older.
  private static let ticketKeySeconds = 12 * 60 * 60

  /// The file with the certificate, and those that lead to the root.
  public let certificate: String
  /// The file with the private key.
  public let key: String
  /// Facts about the certificate for the log, such as that it ends soon.
  public private(set) var warnings: [String]

  private var context: OpaquePointer
  let wire: WireBuffer
  private var ticketKeysSince: Int

  /// Reads a certificate chain and its key, both PEM; the server's own certificate comes first.
  ///
  /// - Throws: `TLSError` when a file cannot be read, or they do not fit together.
  public init(certificate: String, key: String) throws(TLSError) {
    self.certificate = certificate
    self.key = key
    wire = try WireBuffer()
    (unsafe context, warnings) = unsafe try Self.load(certificate, key)
    ticketKeysSince = Self.now
  }

  deinit {
    unsafe SSL_CTX_free(context)
  }

  /// Reads the files again: connections that stand keep what they have, new ones get what is there now.
  ///
  /// - Throws: `TLSError`; all stays as it was then.
  public func reload() throws(TLSError) {
    let (new, newWarnings) = unsafe try Self.load(certificate, key)
    unsafe SSL_CTX_free(context)
    unsafe context = new
    warnings = newWarnings
    ticketKeysSince = Self.now
  }

  /// TLS for a connection that has just been accepted.
  public func makeFilter() -> (any TransportFilter)? {
    renewTicketKeys()
    return unsafe TLSConnection(context, wire, role: .server)
  }

  private static var now: Int { time(nil) }

  private func renewTicketKeys() {
    let age = Self.now - ticketKeysSince
    guard age >= Self.ticketKeySeconds || age < 0 else { return }
    ticketKeysSince = Self.now
    // Who has an older ticket does a whole handshake.
    var keys = [UInt8](repeating: 0, count: 80)
    // OpenSSL fills, and then copies, as many bytes as it is told the array has.
    guard unsafe RAND_bytes(&keys, Int32(keys.count)) == 1 else { return }
    unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_TLSEXT_TICKET_KEYS, keys.count, &keys)
  }

  private static func load(
    _ certificate: String,
    _ key: String
  ) throws(TLSError) -> (OpaquePointer, [String]) {
    OpenSSLErrors.clear()
    guard let context = unsafe SSL_CTX_new(TLS_server_method()) else {
      throw TLSError.ofOpenSSL("TLS cannot be set up")
    }
    do throws(TLSError) {
      unsafe try setRules(of: context)
      let warnings = unsafe try CertificateFiles(certificate, key).load(into: context)
      return unsafe (context, warnings)
    } catch {
      unsafe SSL_CTX_free(context)
      throw error
    }
  }

  /// What is the same for every certificate.
  private static func setRules(of context: OpaquePointer) throws(TLSError) {
    unsafe copenssl_set_server_options(context)
    unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    // Of what TLS 1.2 knows: forward secrecy by elliptic curves, and authenticated encryption.
    let ciphers = """
      ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
      ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
      """
    // A connection that is idle has no buffers.
    unsafe SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
    // Tickets hold all; a cache would be memory for clients that may never come again.
    unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
    unsafe SSL_CTX_set_num_tickets(context, 1)
    unsafe SSL_CTX_set_alpn_select_cb(context, ApplicationProtocol.select, nil)
    // 256 bits for who asks for no less: they cost more and protect no better.
    let suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    guard unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1,
      unsafe SSL_CTX_set_ciphersuites(context, suites) == 1
    else {
      throw TLSError.ofOpenSSL("TLS cannot be set up")
    }
  }
}
