/** What a server with a limit lets through is used up to this share: other frames than messages may count as well. */
const SHARE = 0.8;
/** A server with a trouble of its own is asked again after at most that long. */
const LONGEST = 30_000;
const SHORTEST = 500;

/** When the next message may go: as fast as `limits.rate` allows (a token bucket), or when the server has recovered. */
export class Pace {
  #environment;
  #perSecond = Infinity;
  #tokens = Infinity;
  #countedAt = 0;
  #pausedUntil = 0;
  #pauses = 0;

  /** @param {import("./environment.js").Environment} environment */
  constructor(environment) {
    this.#environment = environment;
  }

  /** A new connection; `rate` is messages a second, 0 for no limit. */
  start(rate) {
    this.#perSecond = rate > 0 ? rate * SHARE : Infinity;
    this.#tokens = Math.max(1, this.#perSecond);
    this.#countedAt = this.#environment.now();
    this.#pausedUntil = 0;
  }

  /** Milliseconds until the next message may go; 0 takes it as gone. */
  take() {
    const now = this.#environment.now();
    if (now < this.#pausedUntil) return this.#pausedUntil - now;
    if (this.#perSecond === Infinity) return 0;
    const gained = ((now - this.#countedAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#tokens + gained, Math.max(1, this.#perSecond));
    this.#countedAt = now;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000);
    this.#tokens -= 1;
    return 0;
  }

  /** The server cannot take messages now: a pause, longer each time in a row. */
  pause() {
    const now = this.#environment.now();
    if (now < this.#pausedUntil) return; // many messages meet with the same trouble
    const most = Math.min(LONGEST, SHORTEST * 2 ** Math.min(this.#pauses + 1, 16));
    this.#pauses += 1;
    this.#pausedUntil = now + SHORTEST + this.#environment.random() * most;
  }

  /** The server has taken a message. */
  resume() {
    this.#pauses = 0;
  }
}
