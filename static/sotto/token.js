/** The clocks of a page and of a server differ: a token is asked for anew that long before it ends. */
const MARGIN = 30_000;
/** On one connection a token is asked for at most that often. */
const SHORTEST = 5_000;
/** Timers of browsers wait for at most 24.8 days. */
const LONGEST = 24 * 60 * 60 * 1000;

/** The token of a client, asked for when there is none yet, when it is about to expire, or when it was refused. */
export class Token {
  #ask;
  #environment;
  /** @type {{ value: string | null, expires: number } | null} */
  #token = null;
  #timer;
  /** @type {string | null} */
  #refused = null;

  /**
   * @param {import("./options.js").TokenFunction | undefined} ask
   * @param {import("./environment.js").Environment} environment
   */
  constructor(ask, environment) {
    this.#ask = ask;
    this.#environment = environment;
  }

  /** Whether there is anybody to ask. */
  get canAsk() {
    return this.#ask !== undefined;
  }

  /** The token, or null where none is used. Rejects when the function that gives tokens does. */
  async get() {
    if (!this.#ask) return null;
    if (!this.#token || this.#left <= 0) this.#token = await this.#fresh();
    return this.#token.value;
  }

  /** It has expired. */
  forget() {
    this.#token = null;
  }

  /** The server has refused it. */
  refuse() {
    this.#refused = this.#token?.value ?? null;
    this.forget();
  }

  /** Whether it is the very one that the server has refused last. */
  wasRefused(value) {
    return value !== null && value === this.#refused;
  }

  /** Somebody wants it to be tried all the same. */
  forgive() {
    this.#refused = null;
  }

  /** Calls `renewed` with a fresh token whenever the present one is about to expire, until `stop`. */
  keepFresh(renewed) {
    this.stop();
    if (!this.#token || this.#token.expires === Infinity) return;
    const wait = Math.min(Math.max(this.#left, SHORTEST), LONGEST);
    this.#timer = this.#environment.setTimeout(() => this.#renew(renewed), wait);
  }

  stop() {
    this.#environment.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Milliseconds until it is time to ask again. */
  get #left() {
    return this.#token.expires - MARGIN - this.#environment.now();
  }

  async #renew(renewed) {
    const timer = this.#timer;
    let token = null;
    try {
      if (this.#left <= 0) token = await this.#fresh();
    } catch {
      // Asked again below; if that goes on, the server ends the connection with 4203.
    }
    if (timer !== this.#timer) return; // that connection is no more
    if (token) {
      this.#token = token;
      if (token.value !== null) renewed(token.value);
    }
    this.keepFresh(renewed);
  }

  async #fresh() {
    const answer = await this.#ask();
    const { token, expires = Infinity } = Object(answer) === answer ? answer : { token: answer };
    if (typeof (token ?? "") !== "string") throw new TypeError("a token is a string");
    return { value: token || null, expires: Number(expires) };
  }
}
