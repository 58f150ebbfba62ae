"""A server of the plain protocol that does something wrong: `faulty_server.py DAMAGE` prints its port and serves."""

import asyncio
import sys

from websockets.asyncio.server import serve

# Every one of so many messages is treated badly.
EVERY = 10


class FaultyServer:
    def __init__(self, damage):
        self.damage = damage
        self.sockets, self.peers = {}, {}
        self.held, self.count = None, 0

    async def handle(self, socket):
        client = socket.request.path.removeprefix("/ws/")
        self.sockets[client] = socket
        try:
            async for message in socket:
                target, _, body = message.partition(":")
                self.peers.setdefault(client, set()).add(target)
                self.peers.setdefault(target, set()).add(client)
                self.count += 1
                bad = self.count % EVERY == 0
                for body in self.bodies(client, target, body, bad):
                    await self.sockets[target].send(f"Client #{client} says: {body}")
        finally:
            del self.sockets[client]
            if self.damage != "silent":
                for peer in self.peers.pop(client, ()):
                    self.peers.get(peer, set()).discard(client)
                    if peer in self.sockets:
                        await self.sockets[peer].send(f"Client #{client} left the chat")

    def bodies(self, client, target, body, bad):
        if self.damage == "swap":
            route = (client, target)
            if self.held and self.held[0] == route:
                earlier, self.held = self.held[1], None
                return [body, earlier]
            if bad and not self.held:
                self.held = (route, body)
                return []
            return [body]
        if not bad:
            return [body]
        return {"drop": [], "duplicate": [body, body], "change": [body[:-1] + "!"]}.get(self.damage, [body])


async def main(damage):
    async with serve(FaultyServer(damage).handle, "127.0.0.1", 0, compression=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
