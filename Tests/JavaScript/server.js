/**
 * A small server of sotto.v1 for two clients, as SPEC has it: a log for each client, `received`, deduplication by
 * (sender, id), and disasters on request.
 */
export class Server {
  #logs = new Map();
  #sent = new Map();
  #seq = 0;
  #world;
  /** Sockets that were greeted, and what each client's other devices would have acknowledged. */
  #live = new Map();
  #received = new Map();

  constructor(world) {
    this.#world = world;
  }

  /** Greets whoever has connected since the last time. */
  greet() {
    for (const socket of this.#world.sockets) {
      if (socket.readyState !== 0) continue;
      const url = new URL(socket.url);
      const client = url.pathname.slice("/ws/".length);
      socket.open();
      this.#live.set(socket, { client, read: 0 });
      this.#say(socket, { type: "welcome", client, log: "log", limits: { message: 1e6, rate: 0, dedup: 1e9 } });
      const since = url.searchParams.has("since") ? Number(url.searchParams.get("since")) : null;
      for (const frame of this.#log(client)) {
        if (frame.seq <= (since ?? this.#received.get(client) ?? 0)) continue;
        if (since !== null || frame.type === "message") this.#say(socket, { ...frame, again: true });
      }
    }
  }

  /** Reads what has come; `random` decides, in [0, 1), what breaks. */
  work(random) {
    for (const [socket, state] of this.#live) {
      while (state.read < socket.sent.length && socket.readyState === 1) {
        this.#handle(state.client, socket, socket.sent[state.read++], random);
        if (random() < 0.05) this.cut(socket);
      }
    }
  }

  /** The cable is cut: what this socket has sent and the server has not read is lost. */
  cut(socket = [...this.#live.keys()].at(-1)) {
    this.#live.delete(socket);
    socket?.end(1006);
  }

  #handle(client, socket, frame, random) {
    if (frame.type === "received" && frame.log === "log") {
      this.#received.set(client, Math.max(frame.seq, this.#received.get(client) ?? 0));
    }
    if (frame.type !== "send") return;
    const key = `${client}/${frame.id}`;
    // `kill -9` after it was forwarded and before it was on disk: only the sender can bring it again, under another seq.
    const isLost = random() < 0.05;
    const seq = this.#sent.get(key) ?? (this.#seq += 1);
    if (!this.#sent.has(key)) {
      const message = { type: "message", from: client, id: frame.id, seq, at: seq, text: frame.text };
      for (const [each, { client: other }] of this.#live) if (other === frame.to) this.#say(each, message);
      if (isLost) return this.cut(socket);
      this.#sent.set(key, seq);
      this.#log(frame.to).push(message);
      this.#log(client).push({ ...message, type: "copy", to: frame.to });
    }
    // The answer may be lost on its way.
    if (random() < 0.1) return this.cut(socket);
    this.#say(socket, { type: "accepted", id: frame.id, seq, at: seq, state: "sent" });
  }

  #log(client) {
    if (!this.#logs.has(client)) this.#logs.set(client, []);
    return this.#logs.get(client);
  }

  #say(socket, frame) {
    if (socket.readyState === 1) socket.say(frame);
  }
}
