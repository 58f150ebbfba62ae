/** For a server that says nothing of heartbeats. */
const INTERVAL = 30_000;
const TIMEOUT = 10_000;
const SHORTEST = 200;
const LONGEST = 10 * 60 * 1000;
/** How much longer than at first an answer is waited for, at most. */
const MOST_PATIENCE = 64;

/**
 * Notices that a server is dead, as a page cannot by itself: after a silence it sends a `ping`, and then anything that
 * comes, or leaves, is a sign of life.
 */
export class Heartbeat {
  #environment;
  #connection;
  #interval = INTERVAL;
  #timeout = TIMEOUT;
  #patience = 1;
  #heardAt = 0;
  #unsent = 0;
  #isSilent = false;
  #wasLate = false;
  #timer;

  /**
   * @param {import("./environment.js").Environment} environment
   * @param {{ ping: () => void, dead: () => void, unsent: () => number }} connection
   */
  constructor(environment, connection) {
    this.#environment = environment;
    this.#connection = connection;
  }

  /** Begins, with the times of a `welcome`. */
  start({ interval, timeout } = {}) {
    this.#interval = bounded(interval, INTERVAL);
    this.#timeout = bounded(timeout, TIMEOUT);
    this.#heardAt = this.#environment.now();
    this.#wasLate = false;
    this.#rest(this.#interval);
  }

  stop() {
    this.#environment.clearTimeout(this.#timer);
  }

  /** A frame has come. */
  heard() {
    this.#heardAt = this.#environment.now();
    this.#isSilent = false;
    this.#patience = 1;
  }

  /** Asks at once: the network may have changed, or the page may have slept. */
  probe() {
    this.#wasLate = false;
    this.#ask();
  }

  #rest(milliseconds) {
    this.#wait(milliseconds, () => {
      const left = this.#heardAt + this.#interval - this.#environment.now();
      if (left > 0) this.#rest(left);
      else this.#ask();
    });
  }

  #ask() {
    this.#unsent = this.#connection.unsent();
    this.#isSilent = true;
    this.#connection.ping();
    const patience = this.#timeout * this.#patience;
    const due = this.#environment.now() + patience;
    this.#wait(patience, () => this.#judge(due));
  }

  #judge(due) {
    if (!this.#isSilent) return this.#rest(this.#interval);
    // A timer that is late belongs to a page that slept: what has arrived meanwhile was not handed over yet.
    const isLate = !this.#wasLate && this.#environment.now() - due > this.#timeout / 2;
    this.#wasLate = isLate;
    // While a large file leaves, the ping waits behind it.
    const isLeaving = this.#connection.unsent() < this.#unsent;
    if (isLate || isLeaving) return this.#ask();
    // A large message is seen only when it is whole. If that took too long, the next connection gives it twice the
    // time, so that it comes through some day.
    this.#patience = Math.min(this.#patience * 2, MOST_PATIENCE);
    this.#connection.dead();
  }

  #wait(milliseconds, action) {
    this.stop();
    this.#timer = this.#environment.setTimeout(action, milliseconds);
  }
}

function bounded(value, otherwise) {
  if (typeof value !== "number" || !(value > 0)) return otherwise;
  return Math.min(Math.max(value, SHORTEST), LONGEST);
}
