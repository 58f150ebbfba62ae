import { Connection } from "./sotto/connection.js";
import { environment, newName } from "./sotto/environment.js";
import { SottoEvent } from "./sotto/event.js";
import { SottoError, badFrame, decode } from "./sotto/frames.js";
import { Inbox } from "./sotto/inbox.js";
import { addressOf } from "./sotto/options.js";
import { Outbox } from "./sotto/outbox.js";
import { Reads } from "./sotto/reads.js";
import { Requests } from "./sotto/requests.js";
import { MemoryStorage, tabStorage } from "./sotto/storage.js";
import { Token } from "./sotto/token.js";

export { MemoryStorage, SottoError, SottoEvent };

/** @typedef {import("./sotto/sent.js").Sent} Sent */

/** The server's bound on `watch`. */
const MOST_WATCHED = 1_000;

/**
 * A client of Sotto, speaking sotto.v1: what was accepted reaches the other's application exactly once and in order,
 * whatever breaks in between. Add the listeners, then `connect()`. See docs/javascript.md.
 *
 * Events: `state`, `welcome`, `message`, `copy`, `gap`, `accepted`, `delivered`, `read`, `signal`, `presence`, `left`
 * and `error`.
 */
export class Sotto extends EventTarget {
  /** Who this is, from the first `welcome` on. @type {string | null} */
  client = null;

  #address;
  #token;
  #connection;
  #inbox;
  #outbox;
  #reads;
  #requests;
  #limits = null;
  #log = null;
  #watched = new Set();
  #pings = 0;
  #welcome = deferred();

  /** @param {import("./sotto/options.js").Options & Partial<import("./sotto/environment.js").Environment>} options */
  constructor(options) {
    super();
    this.#address = addressOf(options);
    const world = environment(options);
    this.#token = new Token(options.token, world);
    this.#connection = new Connection({
      environment: world,
      token: this.#token,
      protocols: options.protocols ?? [],
      listener: {
        address: () => this.#nextAddress(),
        onFrame: (data) => this.#received(data),
        onPing: () => this.#sendNow({ type: "ping", ref: String((this.#pings += 1)) }),
        onState: (detail) => this.#stateChanged(detail),
        onEnd: (code) => this.#outbox.interrupted(code),
      },
    });
    this.#inbox = new Inbox(world, options.storage ?? (globalThis.indexedDB ? tabStorage : new MemoryStorage()), {
      dispatch: (frame) => this.#dispatch(frame.type, frame),
      isOwn: (frame) => frame.type === "copy" && this.#outbox.has(frame.id),
      received: (log, seq) => this.#sendNow({ type: "received", log, seq }),
      full: () => this.#connection.hold("More messages have come than this page could process yet"),
      caughtUp: () => this.#connection.release(),
      failed: (error) => this.#dispatch("error", error),
    });
    this.#outbox = new Outbox(world, this.#connection);
    this.#reads = new Reads((frame) => this.#sendNow(frame));
    this.#requests = new Requests(world, this.#connection);
  }

  /** @returns {import("./sotto/connection.js").State} */
  get state() {
    return this.#connection.state;
  }

  /** Of the last `welcome`. @returns {{ message: number, rate: number, dedup: number } | null} */
  get limits() {
    return this.#limits;
  }

  /** How many messages the server does not answer for yet: they are lost with the page. */
  get pending() {
    return this.#outbox.count;
  }

  /**
   * Connects, and stays connected until `close()` or until the server says to stay away. Called while it waits for the
   * next try, it tries at once.
   *
   * @returns {Promise<object>} the first `welcome`; rejected when it comes to `closed` before
   */
  connect() {
    if (this.state === "closed") this.#welcome = deferred();
    this.#connection.connect();
    return this.#welcome.promise;
  }

  /** Ends the connection. What was not accepted or delivered until then is rejected with `closed`. */
  close() {
    this.#inbox.close();
    this.#connection.close();
  }

  /**
   * @param {string} to
   * @param {string | { text: string } | { data: any }} body a string is text; `data` is anything that JSON can hold
   * @param {{ id?: string }} options `id`: 1 to 64 bytes; the same one again is the same message, not delivered twice
   * @returns {Sent}
   */
  send(to, body, { id = newName() } = {}) {
    const { text, data } = typeof body === "string" ? { text: body } : (body ?? {});
    needStrings(to, id);
    if ((text === undefined) === (data === undefined)) throw new TypeError("a message has either text or data");
    if (text !== undefined && typeof text !== "string") throw new TypeError("the text of a message is a string");
    return this.#outbox.add(to, id, JSON.stringify({ type: "send", to, id, text, data }));
  }

  /**
   * Sends bytes as one message. They are read at once; one that is larger than `limits.message` is refused.
   *
   * @param {string} to
   * @param {Blob | ArrayBuffer | ArrayBufferView} file
   * @param {{ id?: string, mime?: string, name?: string, progress?: (bytes: { sent: number, total: number }) => void }}
   *     options `mime` and `name` are those of the file where it has any; `progress` is told how many bytes have left
   * @returns {Sent}
   */
  sendFile(to, file, { id = newName(), mime = file.type || undefined, name = file.name, progress } = {}) {
    needStrings(to, id);
    const isFile = file instanceof Blob || file instanceof ArrayBuffer || ArrayBuffer.isView(file);
    if (!isFile) throw new TypeError("a file is a Blob or bytes");
    return this.#outbox.addFile({ type: "send", to, id, mime, name }, file, progress);
  }

  /** Sends something that is never kept, such as “is typing”. @returns {boolean} whether there is a connection for it */
  signal(to, data) {
    return this.#sendNow({ type: "signal", to, data });
  }

  /** Tells `to` that their message `id`, and all before it, has been read; as soon as there is a connection. */
  read(to, id) {
    this.#reads.add(to, id, this.#pings);
  }

  /** Asks for the presence of these, now and on each connection to come. @param {...string} peers */
  watch(...peers) {
    const watched = new Set([...this.#watched, ...peers]);
    if (watched.size > MOST_WATCHED) throw new RangeError(`at most ${MOST_WATCHED} clients can be watched`);
    this.#watched = watched;
    this.#sendNow({ type: "watch", peers });
  }

  /** @param {...string} peers */
  unwatch(...peers) {
    for (const peer of peers) this.#watched.delete(peer);
    this.#sendNow({ type: "unwatch", peers });
  }

  /**
   * Earlier messages with somebody, newest first.
   *
   * @param {string} peer
   * @param {{ before?: number, limit?: number }} options `before`: the `seq` of the oldest that is known already
   * @returns {Promise<{ messages: object[], more: boolean }>}
   */
  history(peer, { before, limit } = {}) {
    const question = { type: "history", peer, before, limit };
    return this.#requests.ask(question, ({ messages, more }) => ({ messages, more }));
  }

  /**
   * The bytes of a binary message that `history` has told of.
   *
   * @returns {Promise<{ bytes: Uint8Array, mime?: string, name?: string }>} with the rest of its header
   */
  fetch(/** @type {number} */ seq) {
    return this.#requests.ask({ type: "fetch", seq });
  }

  // The connection

  async #nextAddress() {
    await this.#inbox.open(this.#address.href);
    const address = new URL(this.#address);
    if (this.#inbox.seq > 0) address.searchParams.set("since", String(this.#inbox.seq));
    return address.href;
  }

  #sendNow(frame) {
    const { isOpen } = this.#connection;
    if (isOpen) this.#connection.send(JSON.stringify(frame));
    return isOpen;
  }

  #stateChanged(detail) {
    if (detail.state === "closed") {
      const error = new SottoError("closed", `${detail.why}, before the server had answered.`);
      this.#outbox.close(error);
      this.#requests.close(error);
      this.#inbox.close();
      this.#welcome.reject(error);
    }
    this.#dispatch("state", detail);
  }

  #welcomed(frame) {
    const { client, log, limits } = frame;
    if (this.#log !== null && this.#log !== log) {
      for (const each of [this.#outbox, this.#reads, this.#requests]) each.forgotten();
    }
    this.#log = log;
    if (!this.#inbox.opened(log, limits?.dedup)) {
      // The connection was made with a seq of another log: what is below that in this one would never come.
      return this.#connection.restart("The server has a new store", 0);
    }
    this.client = client;
    this.#limits = limits ?? null;
    this.#connection.welcomed(frame);
    this.#inbox.tell();
    if (this.#watched.size > 0) this.#sendNow({ type: "watch", peers: [...this.#watched] });
    this.#reads.opened();
    this.#requests.opened();
    this.#outbox.opened(limits ?? {});
    this.#welcome.resolve(frame);
    this.#dispatch("state", { state: "open" });
    this.#dispatch("welcome", frame);
  }

  // Frames

  /** Nothing that a server sends may throw out of here. */
  #received(data) {
    try {
      this.#handle(decode(data), data.length ?? data.byteLength);
    } catch (error) {
      this.#dispatch("error", error instanceof SottoError ? error : badFrame(`A frame made no sense (${error})`));
    }
  }

  #handle(frame, bytes) {
    const { type } = frame;
    const { isOpen } = this.#connection;
    if (type === "error") return this.#failed(frame);
    if (type === "bye") return this.#connection.byeSaid(frame);
    if (isOpen === (type === "welcome")) throw badFrame(`The server sent “${type}” at the wrong time`);
    switch (type) {
      case "welcome":
        return this.#welcomed(frame);
      case "message":
      case "copy":
        // Whatever has a `ref` was asked for, and is no message, even if nobody waits for it any more.
        if (frame.ref !== undefined) return void this.#requests.answered(frame, "fetch");
        if (type === "copy" && !this.#outbox.has(frame.id)) this.#outbox.copied(frame);
        return this.#inbox.add(frame, bytes);
      case "gap":
        return this.#inbox.add(frame, bytes);
      case "accepted":
        if (!this.#outbox.accepted(frame)) return;
        this.#inbox.accepted(frame.id);
        break;
      case "delivered":
      case "read":
        this.#outbox.delivered(frame);
        break;
      case "history":
        return this.#requests.answered(frame, type);
      case "pong":
        return this.#reads.confirmed(Number(frame.ref));
    }
    this.#dispatch(type, frame);
  }

  #failed({ code, message, id, ref }) {
    const error = new SottoError(code, message, { id, ref });
    if (ref !== undefined) this.#requests.refused(error);
    else if (!this.#reads.refused(id)) this.#outbox.refused(error);
    this.#dispatch("error", error);
  }

  /** @returns {Promise<any>[]} what the listeners want to be waited for */
  #dispatch(type, detail) {
    const event = new SottoEvent(type, detail);
    this.dispatchEvent(event);
    return event.finish();
  }
}

function needStrings(to, id) {
  if (typeof to !== "string" || typeof id !== "string") throw new TypeError("a recipient and an id are strings");
}

function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  parts.promise.catch(() => {}); // nobody has to wait for it
  return parts;
}
