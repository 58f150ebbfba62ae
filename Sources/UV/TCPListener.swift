import CUV
import Glibc

/// A listening TCP socket (`listen`, watched by a libuv `uv_poll_t`).
public final class TCPListener: Handle {
  /// Connections that are taken in one round of the loop, so that a crowd at the door does not make
  /// those inside wait.
  static let connectionsPerRound = 128
  /// How long nothing is accepted when not even the spare descriptor is left.
  private static let pause = Duration.milliseconds(100)

  private let onConnection: (consuming TCPSocket) -> Void
  /// Kept for the moment when the process is out of descriptors: it makes room to accept and close.
  private var spare: Int32
  /// Runs while nothing is accepted.
  private var pauseTimer: Timer?

  /// Binds to `address` and listens; `onConnection` gets each connection, its `TCP_NODELAY` set.
  ///
  /// `::` takes IPv4 connections too. When the process is out of descriptors, what comes is accepted
  /// and closed at once, so that the loop does not spin and nobody waits in vain.
  ///
  /// - Parameter backlog: connections that the kernel completes ahead.
  /// - Throws: `UVError`, such as `EADDRINUSE` or `EACCES` from `bind`.
  public init(
    on loop: EventLoop,
    address: SocketAddress,
    backlog: Int32 = 4096,
    onConnection: @escaping (consuming TCPSocket) -> Void
  ) throws(UVError) {
    self.onConnection = onConnection
    let socket = try TCPSocket(for: address)
    let descriptor = socket.descriptor
    try setOption(SOL_SOCKET, SO_REUSEADDR, 1, on: descriptor)
    if address.isIPv6 { try setOption(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0, on: descriptor) }
    // Linux has accepted sockets inherit it, which saves a call for each.
    try setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1, on: descriptor)
    let bound = unsafe try address.pass { unsafe Glibc.bind(descriptor, $0, $1) }
    guard bound == 0 else { throw UVError(code: bound, call: "bind") }
    guard Glibc.listen(descriptor, backlog) == 0 else {
      throw UVError(code: -errno, call: "listen")
    }
    spare = Self.openSpare()
    unsafe try super.init(uv_poll_t.self, on: loop, call: "uv_poll_init") {
      unsafe uv_poll_init($0, $1, descriptor)
    }
    _ = socket.release()
    try startAccepting()
  }

  deinit {
    if spare >= 0 { Glibc.close(spare) }
  }

  override func willClose() {
    pauseTimer?.close()
    pauseTimer = nil
  }

  /// The address that it listens on, with the port that the system chose (`getsockname`).
  public var localAddress: SocketAddress? {
    guard let descriptor else { return nil }
    return unsafe SocketAddress.ask(descriptor) { unsafe getsockname($0, $1, $2) }
  }

  private static func openSpare() -> Int32 {
    unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
  }

  private func startAccepting() throws(UVError) {
    guard isOpen, let poll = unsafe cPoll else { return }
    let result = unsafe uv_poll_start(poll, Int32(UV_READABLE.rawValue)) { poll, _, _ in
      guard let data = unsafe poll?.pointee.data else { return }
      // An open handle is retained.
      unsafe Unmanaged<TCPListener>.fromOpaque(data).takeUnretainedValue().accept()
    }
    guard result == 0 else { throw UVError(code: result, call: "uv_poll_start") }
  }

  private func accept() {
    for _ in 0..<Self.connectionsPerRound {
      guard let listening = descriptor else { return }
      var peer = sockaddr_in6()
      // The kernel writes no more than the struct has room for.
      let accepted = unsafe cuv_accept(listening, &peer)
      if accepted >= 0 {
        onConnection(TCPSocket(owning: accepted, peerIP: peer.ip))
        continue
      }
      switch errno {
      // Somebody who gave up while waiting.
      case ECONNABORTED, EINTR, EPROTO: continue
      case EAGAIN: return
      case EMFILE, ENFILE:
        switch turnAway(from: listening) {
        case .somebody: continue
        // Linux asks for a descriptor before it looks whether anybody waits.
        case .nobody: return
        case .failed: return pauseAccepting()
        }
      // Out of memory, for instance: trying again at once would spin.
      default: return pauseAccepting()
      }
    }
  }

  private enum TurnedAway {
    case somebody, nobody, failed
  }

  /// Accepts and closes one connection by means of the spare descriptor.
  private func turnAway(from listening: Int32) -> TurnedAway {
    if spare < 0 { spare = Self.openSpare() }
    guard spare >= 0 else { return .failed }
    Glibc.close(spare)
    var peer = sockaddr_in6()
    let accepted = unsafe cuv_accept(listening, &peer)
    let isEmpty = accepted < 0 && errno == EAGAIN
    if accepted >= 0 { Glibc.close(accepted) }
    spare = Self.openSpare()
    return accepted >= 0 ? .somebody : isEmpty ? .nobody : .failed
  }

  private func pauseAccepting() {
    guard isOpen, let loop, let poll = unsafe cPoll else { return }
    unsafe uv_poll_stop(poll)
    if pauseTimer == nil {
      pauseTimer = try? Timer(on: loop) { [unowned self] in try? startAccepting() }
    }
    pauseTimer?.start(after: Self.pause)
  }
}
