"""The plain protocol on FastAPI and uvicorn: `fastapi_server.py PORT`."""

import sys

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()


class ConnectionManager:
    def __init__(self):
        self.connections: dict[str, WebSocket] = {}
        self.peers: dict[str, set[str]] = {}

    async def connect(self, client_id, websocket):
        await websocket.accept()
        self.connections[client_id] = websocket
        self.peers[client_id] = set()

    async def disconnect(self, client_id, websocket):
        if self.connections.get(client_id) is not websocket:
            return
        del self.connections[client_id]
        for peer in self.peers.pop(client_id):
            self.peers[peer].discard(client_id)
            await self.send_text(f"Client #{client_id} left the chat", peer)

    async def send_text(self, text, client_id):
        # A client that has just left is told to the others by its own task.
        try:
            await self.connections[client_id].send_text(text)
        except (WebSocketDisconnect, RuntimeError):
            pass

    async def text(self, sender, message):
        target, colon, body = message.partition(":")
        if not colon:
            return await self.send_text("Error: a message looks like TARGET:MESSAGE", sender)
        if target not in self.connections:
            return await self.send_text(f"Client #{target} is offline", sender)
        self.link(sender, target)
        await self.send_text(f"Client #{sender} says: {body}", target)

    async def binary(self, sender, message):
        target, colon, body = message.partition(b":")
        target = target.decode(errors="replace")
        if not colon or target not in self.connections:
            return await self.send_text(f"Client #{target} is offline", sender)
        self.link(sender, target)
        try:
            await self.connections[target].send_bytes(b"%s:%s" % (sender.encode(), body))
        except (WebSocketDisconnect, RuntimeError):
            pass

    def link(self, sender, target):
        self.peers[sender].add(target)
        self.peers[target].add(sender)


manager = ConnectionManager()


@app.websocket("/ws/{client_id}")
async def websocket_endpoint(websocket: WebSocket, client_id: str):
    await manager.connect(client_id, websocket)
    try:
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                break
            if (text := message.get("text")) is not None:
                await manager.text(client_id, text)
            else:
                await manager.binary(client_id, message["bytes"])
    finally:
        await manager.disconnect(client_id, websocket)


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=16 << 20,
        ws_ping_interval=10,
        ws_ping_timeout=5,
        ws_per_message_deflate=False,
        log_level="warning",
        backlog=4096,
    )
