/**
 * The world that the client is tested in: a clock that only the test moves, a random source that the test sets, sockets
 * whose other end the test plays, and a storage that outlives the page.
 */

import { Sotto } from "../../static/sotto.js";

const decoder = new TextDecoder();

/** Lets everything happen that does not wait for the clock. */
export async function settle() {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export class World {
  time = 1_700_000_000_000;
  chance = 1;
  sockets = [];
  page = new EventTarget();
  storage = new ReloadStorage();
  #timers = new Map();
  #timer = 0;

  now = () => this.time;
  random = () => this.chance;
  setTimeout = (action, milliseconds) => {
    this.#timers.set((this.#timer += 1), { action, at: this.time + Math.max(0, milliseconds) });
    return this.#timer;
  };
  clearTimeout = (timer) => void this.#timers.delete(timer);

  constructor() {
    const { sockets } = this;
    this.WebSocket = class extends Socket {
      constructor(url, protocols) {
        super(url, protocols);
        sockets.push(this);
      }
    };
    this.page.document = { visibilityState: "visible" };
  }

  /** The newest socket. */
  get socket() {
    return this.sockets.at(-1);
  }

  get timers() {
    return this.#timers.size;
  }

  /** Moves the clock, timer by timer. */
  async advance(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      await settle();
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].action();
    }
    this.time = end;
  }

  /** Time passes while nothing runs, as when a laptop sleeps; what is due then runs late. */
  async sleep(milliseconds) {
    this.time += milliseconds;
    await this.advance(0);
  }

  /** A client that keeps what it is told in `events`. */
  client(options = {}) {
    const { WebSocket, now, random, setTimeout, clearTimeout, page, storage } = this;
    const world = { WebSocket, now, random, setTimeout, clearTimeout, page, storage };
    const sotto = new Sotto({ url: "ws://server/ws/1001", ...world, ...options });
    sotto.events = [];
    for (const type of EVENTS) sotto.addEventListener(type, ({ detail }) => sotto.events.push([type, detail]));
    sotto.told = (type) => sotto.events.filter(([each]) => each === type).map(([, detail]) => detail);
    sotto.last = (type) => sotto.told(type).at(-1);
    return sotto;
  }

  /** A client that is connected. */
  async connected(options = {}, welcome = {}) {
    const sotto = this.client(options);
    sotto.connect();
    await this.greet(welcome);
    return sotto;
  }

  /** The server takes the newest connection. */
  async greet(welcome = {}) {
    await settle();
    this.socket.open();
    this.socket.say({ type: "welcome", ...WELCOME, ...welcome });
    await settle();
  }

  /** A page event. */
  happen(type, detail = {}) {
    this.page.dispatchEvent(Object.assign(new Event(type), detail));
  }
}

export const EVENTS = [
  ..."state welcome message copy gap accepted delivered read signal presence left error".split(" "),
];

export const WELCOME = {
  client: "1001",
  server: "sotto/1",
  log: "log-a",
  heartbeat: { interval: 10_000, timeout: 5_000 },
  leave_within: 15_100,
  limits: { message: 16 * 1024 * 1024, rate: 0, dedup: 604_800_000 },
  pending: 0,
};

/** A WebSocket; the test is its server. */
class Socket {
  static made = 0;
  protocol = "";
  bufferedAmount = 0;
  readyState = 0;
  /** The frames that the client has sent: objects, binary ones with `bytes`. */
  sent = [];
  closedWith = null;
  onopen = null;
  onmessage = null;
  onclose = null;

  constructor(url, protocols) {
    if (protocols.some((each) => /[^!-~]|[/=,; ]/.test(each))) throw new SyntaxError("no such subprotocol");
    this.url = url;
    this.protocols = protocols;
  }

  send(data) {
    if (this.readyState === 0) throw new Error("InvalidStateError");
    if (this.readyState === 1) this.sent.push(typeof data === "string" ? JSON.parse(data) : readBinary(data));
  }

  close(code) {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) throw new Error("InvalidAccessError");
    if (this.readyState < 2) this.closedWith = code ?? 1005;
    this.readyState = 3;
  }

  /** What the client has sent of one type. */
  of(type) {
    return this.sent.filter((frame) => frame.type === type);
  }

  // The server

  open(protocol = "sotto.v1") {
    this.readyState = 1;
    this.protocol = protocol;
    this.onopen?.({});
  }

  say(frame) {
    this.onmessage({ data: typeof frame === "object" && !(frame instanceof ArrayBuffer) ? JSON.stringify(frame) : frame });
  }

  sayBinary(header, payload) {
    this.say(binary(header, payload));
  }

  /** The connection ends; 1006 is a cut cable. */
  end(code = 1006, reason = "") {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

/** A binary frame, written here by another hand than the client's. */
export function binary(header, payload) {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const frame = new Uint8Array(2 + json.length + payload.length);
  frame.set([json.length >> 8, json.length & 255, ...json]);
  frame.set(payload, 2 + json.length);
  return frame.buffer;
}

function readBinary(frame) {
  const length = frame[0] * 256 + frame[1];
  return { ...JSON.parse(decoder.decode(frame.subarray(2, 2 + length))), bytes: [...frame.subarray(2 + length)] };
}

/** Keeps records as IndexedDB does: copies, which a reloaded page finds again. */
export class ReloadStorage {
  records = new Map();

  async open(address) {
    const { log = null, seq = 0, seen = new Map() } = this.records.get(address) ?? {};
    return { log, seq, seen: [...seen], save: (change) => this.save(address, change) };
  }

  async save(address, { log, seq, seen }) {
    const kept = new Map([...(this.records.get(address)?.seen ?? []), ...seen]);
    for (const [key, at] of seen) if (at === null) kept.delete(key);
    this.records.set(address, { log, seq, seen: kept });
  }
}

/** What a message of 6001 looks like. */
export function message(seq, id = `m${seq}`, text = `text ${seq}`) {
  return { type: "message", from: "6001", id, seq, at: 1_700_000_000_000, text };
}

/** What became of a promise by now: its value, its error, or undefined. */
export async function outcome(promise) {
  let result;
  promise.then(
    (value) => (result = { value }),
    (error) => (result = { error }),
  );
  await settle();
  return result;
}
