import { Heartbeat } from "./heartbeat.js";
import { closeReason, isFinal, isLater, retryDelay } from "./retry.js";

/** A connection that lasted this long counts as a good one: the next loss begins with the shortest wait. */
const STABLE = 5_000;
/** From the first byte of the handshake to the `welcome`. */
const HANDSHAKE = 10_000;
/** The function that gives tokens may have to ask another server. */
const TOKEN = 30_000;
/** So many tokens in a row may be refused. */
const MOST_REFUSED_TOKENS = 5;

const TOKEN_REFUSED = 4001;
const TOKEN_EXPIRED = 4203;
const PAGE_EVENTS = ["online", "offline", "visibilitychange", "pagehide", "pageshow"];
/** The browser's own, for a connection that ended without a close frame or with an empty one. */
const NO_CODE = [1005, 1006];

/**
 * @typedef {"connecting" | "open" | "waiting" | "closed"} State
 *
 * @typedef {object} StateDetail
 * @property {State} state `open` from the `welcome` on
 * @property {string} [why] a sentence, without its full stop, of what ended the last connection
 * @property {number} [code] its close code
 * @property {number} [delay] milliseconds until the next try
 * @property {number} [nextTry] when that is, in milliseconds since 1970
 */

/**
 * A connection that is made again whenever it is lost, as the close codes and `bye` of sotto.v1 say.
 *
 * The listener's `address()` (a promise) is asked before each try; `onFrame(data)` gets each frame, `onPing()` is to
 * send a ping, `onState(detail)` is told each change, and `onEnd(code)` each end of a connection that was open.
 */
export class Connection {
  /** @type {State} */
  state = "closed";

  #environment;
  #token;
  #protocols;
  #listener;
  #heartbeat;
  #socket = null;
  /** Each try has its number: what an earlier one still waits for is no longer ours. */
  #try = 0;
  #timer;
  #attempt = 0;
  #refusedTokens = 0;
  #openedAt = 0;
  #bye = null;
  /** Whether the server itself asked for the wait, so that nothing may cut it short. */
  #isTold = false;
  #isHeld = false;

  constructor({ environment, token, protocols, listener }) {
    this.#environment = environment;
    this.#token = token;
    this.#protocols = protocols;
    this.#listener = listener;
    this.#heartbeat = new Heartbeat(environment, {
      ping: () => listener.onPing(),
      dead: () => this.#lost(1006, "The server fell silent"),
      unsent: () => this.unsent,
    });
  }

  /** Bytes handed to `send` that have not left the browser. */
  get unsent() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  get isOpen() {
    return this.state === "open";
  }

  /** Begins, or tries again without waiting any longer. */
  connect() {
    if (this.state === "closed") {
      this.#attempt = 0;
      this.#refusedTokens = 0;
      this.#token.forgive();
      this.#watchPage("addEventListener");
    } else if (this.state !== "waiting") return;
    this.#open();
  }

  /** Ends for good, until `connect`. */
  close(why = "Closed by this page") {
    if (this.state === "closed") return;
    this.#drop(1000);
    this.#stop(why, 1000);
  }

  /** Lets the connection go, and makes another after the usual wait or, with `delay`, after that. */
  restart(why, delay = undefined) {
    this.#lost(1000, why, delay);
  }

  /** Lets the connection go, and makes no other until `release`. */
  hold(why) {
    this.#lost(1000, why, 0);
    this.#environment.clearTimeout(this.#timer);
    this.#isHeld = true;
  }

  /** Ends a `hold`. */
  release() {
    if (this.state === "waiting" && this.#isHeld) this.#open();
  }

  send(frame) {
    this.#socket?.send(frame);
  }

  /** The server has greeted. The listener is not told: it is the one that knows. */
  welcomed({ heartbeat }) {
    this.#openedAt = this.#environment.now();
    this.#environment.clearTimeout(this.#timer);
    this.#heartbeat.start(heartbeat ?? {});
    this.#token.keepFresh((token) => this.send(JSON.stringify({ type: "auth", token })));
    this.state = "open";
  }

  /** The server has announced that it will close. */
  byeSaid({ code, retry }) {
    this.#bye = { code, retry };
  }

  async #open() {
    this.#drop();
    this.#isHeld = false;
    const ours = this.#try;
    this.#enter({ state: "connecting" });
    if (ours !== this.#try) return; // a listener has closed it
    this.#timer = this.#environment.setTimeout(() => this.#lost(1006, "The token was not there in time"), TOKEN);
    let address, token;
    try {
      token = await this.#token.get();
      address = await this.#listener.address();
    } catch (error) {
      if (ours === this.#try) this.#lost(1006, `There was no token: ${error?.message ?? error}`);
      return;
    }
    if (ours !== this.#try) return;
    this.#environment.clearTimeout(this.#timer);
    if (this.#token.wasRefused(token)) {
      return this.#stop(closeReason({ code: TOKEN_REFUSED }), TOKEN_REFUSED); // nobody has another one
    }
    const bearer = token === null ? [] : [`bearer.${token}`];
    let socket;
    try {
      socket = new this.#environment.WebSocket(address, ["sotto.v1", ...this.#protocols, ...bearer]);
    } catch {
      // The browser refuses it as it would each time: an impossible address, or a token with characters that none has.
      return this.#stop("The address or the token is not one that a WebSocket can have", 1006);
    }
    this.#timer = this.#environment.setTimeout(() => this.#lost(1006, "The server did not answer in time"), HANDSHAKE);
    this.#attach(socket);
  }

  #attach(socket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    const own = (handle) => (event) => socket === this.#socket && handle(event);
    socket.onopen = own(() => {
      if (socket.protocol === "sotto.v1") return;
      this.#drop(1000);
      this.#stop("The server does not speak sotto.v1", 1006);
    });
    socket.onmessage = own(({ data }) => {
      if (this.isOpen) this.#heartbeat.heard();
      this.#listener.onFrame(data);
    });
    socket.onclose = own(({ code, reason }) => this.#ended(code, reason));
  }

  #ended(code, reason) {
    // The close frame itself may have been lost.
    if (NO_CODE.includes(code) && typeof this.#bye?.code === "number") code = this.#bye.code;
    const why = closeReason({ code, reason, opened: this.isOpen });
    if (code === TOKEN_EXPIRED) this.#token.forget();
    if (code === TOKEN_REFUSED && this.#token.canAsk) return this.#tokenRefused(why);
    this.#lost(code, why, undefined, this.#bye?.retry);
  }

  #tokenRefused(why) {
    this.#token.refuse();
    this.#judgeStability();
    this.#refusedTokens += 1;
    if (this.#refusedTokens > MOST_REFUSED_TOKENS) {
      this.#end(TOKEN_REFUSED);
      return this.#stop(why, TOKEN_REFUSED);
    }
    // One that had expired while nobody was connected is the common case: the first fresh one is tried at once.
    const delay = this.#refusedTokens === 1 ? 0 : retryDelay(1006, this.#attempt, this.#environment.random);
    this.#lost(TOKEN_REFUSED, why, delay);
  }

  /** A connection has ended, or a try has failed. */
  #lost(code, why, delay = undefined, retry = undefined) {
    this.#judgeStability();
    this.#end(code);
    if (delay === undefined) {
      if (isFinal(code)) return this.#stop(why, code);
      delay = retryDelay(code, this.#attempt, this.#environment.random, retry);
    }
    this.#attempt += 1;
    this.#isTold = isLater(code) || typeof retry === "number";
    this.#timer = this.#environment.setTimeout(() => this.#open(), delay);
    this.#enter({ state: "waiting", why, code, delay, nextTry: this.#environment.now() + delay });
  }

  #judgeStability() {
    if (!this.isOpen || this.#environment.now() - this.#openedAt < STABLE) return;
    this.#attempt = 0;
    this.#refusedTokens = 0;
  }

  #end(code) {
    const wasOpen = this.isOpen;
    this.#drop(code === 1000 ? code : undefined); // no other of them may be sent by a page
    if (!wasOpen) return;
    this.state = "waiting";
    this.#listener.onEnd(code);
  }

  #stop(why, code) {
    this.#drop();
    this.#watchPage("removeEventListener");
    this.#enter({ state: "closed", why, code });
  }

  #drop(code) {
    this.#try += 1;
    this.#environment.clearTimeout(this.#timer);
    this.#heartbeat.stop();
    this.#token.stop();
    const socket = this.#socket;
    this.#socket = null;
    this.#bye = null;
    socket?.close(code);
  }

  #enter(detail) {
    this.state = detail.state;
    this.#listener.onState(detail);
  }

  // The page

  #watchPage(verb) {
    const page = this.#environment.page;
    for (const type of PAGE_EVENTS) page?.[verb](type, this.#onPage);
  }

  #onPage = (event) => {
    if (event.type === "pagehide") return this.#leave(event.persisted);
    if (event.type === "visibilitychange" && this.#environment.page.document?.visibilityState === "hidden") return;
    if (event.type === "pageshow" && !event.persisted) return; // it has only just been loaded
    if (this.isOpen) this.#heartbeat.probe();
    else if (this.state === "waiting" && !this.#isTold && !this.#isHeld && event.type !== "offline") this.#open();
  };

  /** A page that is left may be kept for the way back, its socket with it: the others would never see it leave. */
  #leave(isKept) {
    if (!isKept || this.state === "waiting") return;
    this.#lost(1000, "The page was left", 0);
    this.#environment.clearTimeout(this.#timer); // `pageshow` goes on
  }
}
