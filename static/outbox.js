import { frameBytes } from "./protocol.js";

const MOST_LETTERS = 500;
const MOST_BYTES = 64 * 1024 * 1024;
/** How often a message is tried that again and again takes the connection down with it. */
const MOST_TRIES = 3;
const POLL = 200;

/**
 * The messages on their way out, in order: those that wait for a connection, and those that the browser has not yet
 * passed to the network.
 *
 * A message is known to have been left behind only while its bytes are still in the browser; these go out again on
 * the next connection. What the network had taken is never sent twice.
 */
export class Outbox {
  #connection;
  #changed;
  #waiting = [];
  #leaving = [];
  #timer = 0;

  /** `changed` is called whenever `count` may have. */
  constructor(connection, changed) {
    this.#connection = connection;
    this.#changed = changed;
  }

  /** How many messages wait for a connection. */
  get count() {
    return this.#waiting.length;
  }

  /** Whether one more frame of so many bytes can be kept. */
  hasRoom(bytes) {
    const kept = [...this.#waiting, ...this.#leaving];
    return kept.length < MOST_LETTERS && bytesOf(kept) + bytes <= MOST_BYTES;
  }

  /** Takes a frame; `mark` is told `waiting`, `sending`, `sent` or `failed` as it goes. */
  add(frame, mark) {
    const letter = { frame, mark, bytes: frameBytes(frame), tries: 0 };
    this.#keep([letter]);
    this.flush();
  }

  /** Sends what waits, if there is a connection. */
  flush() {
    if (!this.#connection.isOpen) return;
    for (const letter of this.#waiting.splice(0)) {
      letter.tries += 1;
      this.#connection.send(letter.frame);
      letter.mark("sending");
      this.#leaving.push(letter);
    }
    this.#changed();
    this.#settle();
  }

  /** The connection is gone, and the last `unsent` bytes with it. `refusesSize`: because a message was too large. */
  interrupted(unsent, refusesSize) {
    this.#release(unsent);
    const left = this.#leaving.splice(0);
    const failed = left.filter((letter) => refusesSize || letter.tries >= MOST_TRIES);
    failed.forEach((letter) => letter.mark("failed"));
    this.#keep(left.filter((letter) => !failed.includes(letter)), { first: true });
  }

  /** Forgets everything. */
  clear() {
    clearTimeout(this.#timer);
    for (const letter of [...this.#leaving.splice(0), ...this.#waiting.splice(0)]) letter.mark("failed");
    this.#changed();
  }

  #keep(letters, { first = false } = {}) {
    this.#waiting = first ? [...letters, ...this.#waiting] : [...this.#waiting, ...letters];
    letters.forEach((letter) => letter.mark("waiting"));
    this.#changed();
  }

  /** Looks now and then which messages have left: no event tells. */
  #settle() {
    clearTimeout(this.#timer);
    this.#release(this.#connection.unsent);
    if (this.#leaving.length > 0) this.#timer = setTimeout(() => this.#settle(), POLL);
  }

  /** Lets go of all messages but those among the last `unsent` bytes. */
  #release(unsent) {
    let rest = bytesOf(this.#leaving);
    while (this.#leaving.length > 0 && rest - this.#leaving[0].bytes >= unsent) {
      const letter = this.#leaving.shift();
      rest -= letter.bytes;
      letter.mark("sent");
    }
  }
}

const bytesOf = (letters) => letters.reduce((sum, letter) => sum + letter.bytes, 0);
