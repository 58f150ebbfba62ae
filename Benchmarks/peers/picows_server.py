"""The plain protocol on picows and uvloop: `picows_server.py PORT`."""

import asyncio
import sys

import uvloop
from picows import WSListener, WSMsgType, ws_create_server

# What send_reuse_external_bytearray needs for the frame's header.
HEADER = 14

clients = {}


class Client(WSListener):
    def __init__(self, client_id):
        self.client_id = client_id
        self.text_prefix = bytes(HEADER) + b"Client #%s says: " % client_id
        self.binary_prefix = bytes(HEADER) + b"%s:" % client_id
        self.peers = set()
        self.transport = None

    def on_ws_connected(self, transport):
        self.transport = transport
        clients[self.client_id] = self

    def on_ws_frame(self, transport, frame):
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()
        elif kind == WSMsgType.TEXT or kind == WSMsgType.BINARY:
            target, colon, body = frame.get_payload_as_bytes().partition(b":")
            other = clients.get(target)
            if not colon or other is None:
                error = b"Client #%s is offline" % target if colon else b"Error: a message looks like TARGET:MESSAGE"
                transport.send(WSMsgType.TEXT, error)
                return
            if other not in self.peers:
                self.peers.add(other)
                other.peers.add(self)
            message = bytearray(self.text_prefix if kind == WSMsgType.TEXT else self.binary_prefix)
            message += body
            other.transport.send_reuse_external_bytearray(kind, message, HEADER)

    def on_ws_disconnected(self, transport):
        if clients.get(self.client_id) is self:
            del clients[self.client_id]
        for peer in self.peers:
            peer.peers.discard(self)
            if clients.get(peer.client_id) is peer:
                peer.transport.send(WSMsgType.TEXT, b"Client #%s left the chat" % self.client_id)
        self.peers.clear()


def route(request):
    path = request.path
    return Client(path[4:]) if path.startswith(b"/ws/") and len(path) > 4 else None


async def main(port):
    server = await ws_create_server(
        route,
        "127.0.0.1",
        port,
        enable_auto_ping=True,
        auto_ping_idle_timeout=10,
        auto_ping_reply_timeout=5,
        max_frame_size=16 << 20,
        # uvloop's own transport gathers what a round of the loop writes; aiofastnet's writes at once.
        use_aiofastnet=False,
        backlog=4096,
    )
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
