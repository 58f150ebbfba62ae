import { SottoError, encodeBinary, frameBytes } from "./frames.js";
import { Pace } from "./pace.js";
import { Receipts } from "./receipts.js";
import { Sent } from "./sent.js";

const MOST_MESSAGES = 1_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** No more than this waits inside the browser, where nothing can be said of it. */
const HIGH_WATER = 256 * 1024;
/** No event tells that bytes have left: one has to look. */
const POLL = 100;
const MESSAGE_TOO_BIG = 1009;
/** The server does not say no: it could not take the message, or does not know whether it has. */
const TRY_AGAIN = ["rate_limited", "unavailable"];

/**
 * @typedef {object} Letter
 * @property {Sent} sent
 * @property {string | Uint8Array | null} frame null while its file is being read
 * @property {number} bytes
 * @property {boolean} isOut whether it was handed to the present connection
 * @property {boolean} isDelivered whether the recipient was faster than the disk of the server
 * @property {number} end what had been handed to the connection with it, in bytes
 * @property {((progress: { sent: number, total: number }) => void) | undefined} progress
 */

/**
 * The messages that the server does not answer for yet, in order. They wait for a connection; those that were on their
 * way when it ended go out again, with the same ids and in the same order, on the next.
 */
export class Outbox {
  #environment;
  #connection;
  /** @type {Map<string, Letter>} */
  #letters = new Map();
  #bytes = 0;
  #limit = Infinity;
  #handed = 0;
  #pace;
  #receipts = new Receipts();
  #timer;

  /**
   * @param {import("./environment.js").Environment} environment
   * @param {{ isOpen: boolean, unsent: number, send: (frame: string | Uint8Array) => void }} connection
   */
  constructor(environment, connection) {
    this.#environment = environment;
    this.#connection = connection;
    this.#pace = new Pace(environment);
  }

  /** How many messages the server does not answer for yet. */
  get count() {
    return this.#letters.size;
  }

  has(id) {
    return this.#letters.has(id);
  }

  /** Takes a message that is text or JSON. @returns {Sent} */
  add(to, id, frame) {
    const known = this.#letters.get(id);
    if (known?.frame === frame) return known.sent; // the same message
    return this.#keep(to, id, frame, frameBytes(frame));
  }

  /** Takes a message that is binary. @returns {Sent} */
  addFile(header, file, progress) {
    const { to, id } = header;
    const size = file instanceof Blob ? file.size : file.byteLength;
    if (size > this.#limit) return refused(to, id, tooLarge(header, size, this.#limit));
    const sent = this.#keep(to, id, null, size, progress);
    this.#read(header, file, this.#letters.get(id), sent);
    return sent;
  }

  /** There is a connection; `limits` are those of its `welcome`. */
  opened({ message, rate } = {}) {
    this.#limit = message > 0 ? message : Infinity;
    this.#pace.start(rate);
    this.flush();
  }

  /** The connection has ended. */
  interrupted(code) {
    this.#environment.clearTimeout(this.#timer);
    const out = [...this.#letters.values()].filter((letter) => letter.isOut);
    out.forEach(leftBehind);
    if (code !== MESSAGE_TOO_BIG || out.length === 0) return;
    // Sent again, it would end each connection to come.
    const largest = out.reduce((one, other) => (other.bytes > one.bytes ? other : one));
    this.#refuse(largest, new SottoError("too_large", "The server does not take a message of this size."));
  }

  /** @returns {boolean} whether it is an answer to a message of ours */
  accepted(frame) {
    const letter = this.#take(frame.id);
    if (!letter) return false;
    this.#pace.resume();
    tell(letter, letter.bytes);
    letter.sent.wasAccepted({ id: frame.id, seq: frame.seq, at: frame.at, state: frame.state });
    if (letter.isDelivered) letter.sent.wasDelivered();
    else this.#receipts.add(letter.sent.to, frame.id, frame.seq, letter.sent);
    return true;
  }

  /** @param {SottoError} error of the server; `id` says of which message, if of one */
  refused(error) {
    if (TRY_AGAIN.includes(error.code)) return this.#tryAgain(error.id);
    const letter = this.#letters.get(error.id);
    if (letter) this.#refuse(letter, error);
  }

  /** The recipient has processed (or read) that message, and with it all before it. */
  delivered({ to, id }) {
    const letter = this.#letters.get(id);
    if (letter) letter.isDelivered = true;
    else this.#receipts.settle(to, id);
  }

  /** Another tab of this person has sent a message. */
  copied({ to, id, seq }) {
    this.#receipts.add(to, id, seq, null);
  }

  /** The server has lost its memory: what it had accepted it will not report on. */
  forgotten() {
    this.#receipts.close(new SottoError("unknown", "The server has a new store, and knows nothing of this message."));
  }

  close(error) {
    this.#environment.clearTimeout(this.#timer);
    for (const letter of [...this.#letters.values()]) this.#refuse(letter, error);
    this.#receipts.close(error);
  }

  /** Hands over as much as the connection, the limits and the files that are being read allow. */
  flush() {
    this.#environment.clearTimeout(this.#timer);
    if (!this.#connection.isOpen) return;
    this.#report();
    let wait = this.#connection.unsent > 0 && this.#hasProgress ? POLL : Infinity;
    for (const letter of this.#letters.values()) {
      if (letter.isOut) continue;
      if (letter.frame === null) break; // what comes behind a file must not overtake it
      if (letter.bytes > this.#limit) {
        this.#refuse(letter, tooLarge({ id: letter.sent.id }, letter.bytes, this.#limit));
        continue;
      }
      const delay = this.#connection.unsent >= HIGH_WATER ? POLL : this.#pace.take();
      if (delay > 0) {
        wait = Math.min(wait, delay);
        break;
      }
      this.#handOver(letter);
      if (letter.progress) wait = POLL;
    }
    if (wait < Infinity) this.#timer = this.#environment.setTimeout(() => this.flush(), wait);
  }

  #handOver(letter) {
    letter.isOut = true;
    letter.sent.state = "sent";
    this.#connection.send(letter.frame);
    this.#handed += letter.bytes;
    letter.end = this.#handed;
  }

  #keep(to, id, frame, bytes, progress = undefined) {
    if (this.#letters.has(id)) {
      return refused(to, id, new SottoError("bad_request", "Another message with this id is on its way.", { id }));
    }
    if (this.#letters.size >= MOST_MESSAGES || this.#bytes + bytes > MOST_BYTES) {
      return refused(to, id, new SottoError("queue_full", "Too many messages wait for the server.", { id }));
    }
    const letter = { sent: new Sent(to, id), frame, bytes, isOut: false, isDelivered: false, end: 0, progress };
    this.#letters.set(id, letter);
    this.#bytes += bytes;
    if (frame !== null) this.flush();
    return letter.sent;
  }

  /** Reads a file at once, so that a message stays the same whatever becomes of the file. */
  async #read(header, file, letter, sent) {
    if (letter?.sent !== sent) return; // refused
    try {
      const bytes = file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : view(file);
      letter.frame = encodeBinary(header, bytes);
    } catch (error) {
      const unreadable = new SottoError("unreadable", "The file cannot be read.", { id: header.id });
      this.#refuse(letter, error instanceof SottoError ? error : unreadable);
    }
    if (letter.frame !== null && this.#letters.get(header.id) === letter) {
      this.#bytes += letter.frame.length - letter.bytes;
      letter.bytes = letter.frame.length;
    }
    this.flush();
  }

  #tryAgain(id) {
    this.#pace.pause();
    for (const letter of id === undefined ? this.#letters.values() : [this.#letters.get(id)]) {
      if (letter) leftBehind(letter);
    }
    this.flush();
  }

  #refuse(letter, error) {
    if (this.#letters.get(letter.sent.id) !== letter) return;
    this.#take(letter.sent.id);
    letter.sent.failed(error);
  }

  #take(id) {
    const letter = this.#letters.get(id);
    if (!letter) return undefined;
    this.#letters.delete(id);
    this.#bytes -= letter.bytes;
    return letter;
  }

  get #hasProgress() {
    return [...this.#letters.values()].some((letter) => letter.isOut && letter.progress);
  }

  #report() {
    const left = this.#handed - this.#connection.unsent; // what has left the browser
    for (const letter of this.#letters.values()) {
      const begin = letter.end - letter.bytes;
      if (letter.isOut) tell(letter, Math.min(Math.max(left - begin, 0), letter.bytes));
    }
  }
}

function leftBehind(letter) {
  letter.isOut = false;
  letter.sent.state = "waiting";
}

/** Tells how much has left; what the application does with it cannot get in our way. */
function tell({ progress, bytes }, sent) {
  if (progress) queueMicrotask(() => progress({ sent, total: bytes }));
}

function refused(to, id, error) {
  const sent = new Sent(to, id);
  sent.failed(error);
  return sent;
}

function view(file) {
  if (!ArrayBuffer.isView(file)) return new Uint8Array(file);
  return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
}

function tooLarge({ id, name }, bytes, limit) {
  const megabytes = (count) => `${(count / 1024 / 1024).toFixed(1)} MiB`;
  const what = name ? `“${name}”` : "This message";
  const message = `${what} has ${megabytes(bytes)}; the server takes messages of at most ${megabytes(limit)}.`;
  return new SottoError("too_large", message, { id });
}
