import NIOCore

/// Who is there, and to whom something has been written in this round of the loop.
final class Crowd {
  private var clients: [ByteBuffer: ChatHandler] = [:]
  private var unflushed: [ChatHandler] = []

  func join(_ client: ChatHandler) {
    clients[client.name] = client
  }

  func leave(_ client: ChatHandler) {
    if clients[client.name] === client { clients[client.name] = nil }
  }

  func client(named name: ByteBuffer) -> ChatHandler? {
    clients[name]
  }

  /// Flushes the client once all that this round of the loop brings has been read.
  func flushLater(_ client: ChatHandler, on loop: any EventLoop) {
    unflushed.append(client)
    guard unflushed.count == 1 else { return }
    loop.assumeIsolated().execute { self.flush() }
  }

  private func flush() {
    let clients = unflushed
    unflushed.removeAll(keepingCapacity: true)
    for client in clients { client.flush() }
  }
}
