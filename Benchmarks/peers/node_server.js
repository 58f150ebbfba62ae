// The plain protocol on ws: `node_server.js PORT`.
"use strict";

const { WebSocketServer, WebSocket } = require("ws");

const INTERVAL_MS = 10000;
const COLON = 0x3a;

const clients = new Map();
const corked = [];

// All that a round of the event loop brings goes to each client in one writev(2).
function cork(client) {
  if (client.isCorked) return;
  client.isCorked = true;
  client.socket._socket.cork();
  if (corked.push(client) === 1) setImmediate(uncorkAll);
}

function uncorkAll() {
  for (const client of corked) {
    client.isCorked = false;
    client.socket._socket.uncork();
  }
  corked.length = 0;
}

function send(client, data, binary) {
  if (client.socket.readyState !== WebSocket.OPEN) return;
  cork(client);
  client.socket.send(data, { binary });
}

function received(sender, data, isBinary) {
  const colon = data.indexOf(COLON);
  if (colon < 0) return send(sender, "Error: a message looks like TARGET:MESSAGE", false);
  const id = data.latin1Slice(0, colon);
  const target = clients.get(id);
  if (!target) return send(sender, `Client #${id} is offline`, false);
  if (!sender.peers.has(target)) {
    sender.peers.add(target);
    target.peers.add(sender);
  }
  const prefix = isBinary ? sender.binaryPrefix : sender.textPrefix;
  const message = Buffer.allocUnsafe(prefix.length + data.length - colon - 1);
  prefix.copy(message);
  data.copy(message, prefix.length, colon + 1);
  send(target, message, isBinary);
}

function left(client) {
  if (clients.get(client.id) === client) clients.delete(client.id);
  for (const peer of client.peers) {
    peer.peers.delete(client);
    send(peer, `Client #${client.id} left the chat`, false);
  }
}

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  backlog: 4096,
  maxPayload: 16 << 20,
  perMessageDeflate: false,
});

server.on("connection", (socket, request) => {
  const id = request.url.slice("/ws/".length);
  const client = {
    id,
    socket,
    peers: new Set(),
    isAlive: true,
    isCorked: false,
    textPrefix: Buffer.from(`Client #${id} says: `),
    binaryPrefix: Buffer.from(`${id}:`),
  };
  clients.set(id, client);
  socket.on("message", (data, isBinary) => {
    client.isAlive = true;
    received(client, data, isBinary);
  });
  socket.on("pong", () => {
    client.isAlive = true;
  });
  socket.on("close", () => left(client));
  socket.on("error", () => {});
});

setInterval(() => {
  for (const client of clients.values()) {
    if (!client.isAlive) {
      client.socket.terminate();
      continue;
    }
    client.isAlive = false;
    client.socket.ping();
  }
}, INTERVAL_MS);
