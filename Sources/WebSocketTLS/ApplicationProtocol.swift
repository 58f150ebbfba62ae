import COpenSSL

/// What is spoken over TLS (ALPN, RFC 7301): `http/1.1`, in which WebSockets begin.
enum ApplicationProtocol {
  static let http = Array("http/1.1".utf8)

  /// Where the name of a protocol of ours stands in the list of what a client offers: names behind a
  /// byte with their length each.
  ///
  /// - Returns: `nil` when it is not there, or the list is none.
  static func place(in offered: Span<UInt8>) -> Range<Int>? {
    var start = 0
    while start < offered.count {
      let name = start + 1..<start + 1 + Int(offered[start])
      guard name.upperBound <= offered.count else { return nil }
      let isOurs =
        name.count == http.count
        && http.indices.allSatisfy { index in
          http[index] == offered[name.lowerBound + index]
        }
      if isOurs { return name }
      start = name.upperBound
    }
    return nil
  }

  /// Chooses it, for OpenSSL; a client that offers others only is told so (`no_application_protocol`).
  static let select: SSL_CTX_alpn_select_cb_func = { _, chosen, chosenCount, offered, count, _ in
    // OpenSSL gives the client's list for the call, and lets the answer point into it.
    let list = unsafe UnsafeBufferPointer(start: offered, count: Int(count))
    guard let place = unsafe ApplicationProtocol.place(in: list.span) else {
      return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    unsafe chosen?.pointee = offered.map { unsafe $0 + place.lowerBound }
    unsafe chosenCount?.pointee = UInt8(place.count)
    return SSL_TLSEXT_ERR_OK
  }
}
