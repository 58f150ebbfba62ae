import { webSocketAddress } from "./protocol.js";
import { closeReason, retryDelay } from "./sotto/retry.js";

/** A connection that lasted this long counts as a good one: the next loss begins with the shortest wait. */
const STABLE = 5_000;
/** A handshake without an answer is given up after this long. */
const HANDSHAKE = 10_000;

/**
 * The connection of one client id, made again whenever it is lost.
 *
 * `state` is one of `idle`, `connecting`, `open`, `waiting` (for the next attempt) and `refused` (the server said to
 * stay away). Each change calls `onState(detail)`, with `reason` and `delay` where there are any; each frame calls
 * `onFrame(data)`; each end of a socket `onLost({ code, unsent })`, `unsent` being the bytes that never left the browser.
 */
export class Connection {
  state = "idle";
  id = "";

  #socket = null;
  #timer = 0;
  #attempt = 0;
  #listener;

  constructor(listener) {
    this.#listener = listener;
    // The network is back: whatever the wait was for is over.
    addEventListener("online", () => this.retryNow());
    // A page that is left may be kept for the way back, its socket with it: the others would never see it leave.
    addEventListener("pagehide", () => this.#pause());
    addEventListener("pageshow", (event) => event.persisted && this.retryNow());
  }

  get isOpen() {
    return this.state === "open";
  }

  /** Bytes handed to `send` that have not left the browser. */
  get unsent() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  connect(id) {
    this.disconnect();
    this.id = id;
    this.#attempt = 0;
    this.#open();
  }

  disconnect() {
    this.#drop(1000);
    this.#enter("idle");
  }

  /** Tries again without waiting any longer; a handshake in flight, perhaps on a network that is gone, is begun anew. */
  retryNow() {
    if (this.state !== "waiting" && this.state !== "connecting") return;
    this.#drop();
    this.#open();
  }

  send(frame) {
    this.#socket.send(frame);
  }

  #pause() {
    if (this.state === "idle" || this.state === "refused") return;
    this.#drop(1000);
    this.#enter("waiting", { reason: "The page was left", delay: 0, opened: true });
  }

  #open() {
    const socket = new WebSocket(webSocketAddress(this.id));
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    let openedAt = null;
    this.#timer = setTimeout(() => socket.close(), HANDSHAKE);
    // A socket that was let go may still have events under way: they are no longer ours.
    const own = (handle) => (event) => socket === this.#socket && handle(event);
    socket.onopen = own(() => {
      clearTimeout(this.#timer);
      openedAt = performance.now();
      this.#enter("open");
    });
    socket.onmessage = own((event) => this.#listener.onFrame(event.data));
    socket.onclose = own(({ code, reason }) => {
      const opened = openedAt !== null;
      if (opened && performance.now() - openedAt >= STABLE) this.#attempt = 0;
      const unsent = socket.bufferedAmount;
      this.#drop();
      this.#listener.onLost({ code, unsent });
      this.#lost(code, closeReason({ code, reason, opened }), opened);
    });
    this.#enter("connecting");
  }

  #lost(code, reason, opened) {
    const delay = retryDelay(code, this.#attempt);
    if (delay === null) return this.#enter("refused", { reason, code });
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#open(), delay);
    this.#enter("waiting", { reason, code, delay, opened });
  }

  #drop(code) {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(code);
  }

  #enter(state, detail = {}) {
    this.state = state;
    this.#listener.onState({ state, ...detail });
  }
}
