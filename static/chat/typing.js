/** While somebody types, the other is told so that often. */
const REPEAT = 3_000;
/** A pause that long is no typing any more. */
const PAUSE = 5_000;
/** What the other has said of typing holds that long, should the end of it be lost. */
const HOLDS = 7_000;

/** Who is typing: tells the other about oneself, seldom enough, and believes what the other says, for a while. */
export class Typing {
  #signal;
  #changed;
  #clock;
  #to = null;
  #toldAt = 0;
  #pause;
  #heard = new Map();

  /**
   * @param {(peer: string, typing: boolean) => void} signal
   * @param {(peer: string, typing: boolean) => void} changed
   * @param {import("../sotto/environment.js").Environment} clock
   */
  constructor(signal, changed, clock) {
    this.#signal = signal;
    this.#changed = changed;
    this.#clock = clock;
  }

  /** A key was pressed in what is written to `peer`. */
  typed(peer) {
    if (this.#to !== peer) this.stopped();
    const now = this.#clock.now();
    if (this.#to === null || now - this.#toldAt >= REPEAT) {
      this.#signal(peer, true);
      this.#toldAt = now;
    }
    this.#to = peer;
    this.#clock.clearTimeout(this.#pause);
    this.#pause = this.#clock.setTimeout(() => this.stopped(), PAUSE);
  }

  /** It was sent, deleted or left alone. */
  stopped() {
    if (this.#to === null) return;
    this.#clock.clearTimeout(this.#pause);
    this.#signal(this.#to, false);
    this.#to = null;
  }

  /** It was sent: the message itself says that the typing is over. */
  sent() {
    this.#clock.clearTimeout(this.#pause);
    this.#to = null;
  }

  heard(/** @type {string} */ peer, /** @type {boolean} */ typing) {
    this.#clock.clearTimeout(this.#heard.get(peer));
    if (typing) this.#heard.set(peer, this.#clock.setTimeout(() => this.heard(peer, false), HOLDS));
    else this.#heard.delete(peer);
    this.#changed(peer, typing);
  }
}
