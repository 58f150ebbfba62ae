import { SottoError } from "./frames.js";
import { MemoryStorage } from "./storage.js";

/** Ids that are remembered against duplicates, the newest ones; fewer when `limits.dedup` says so. */
const MOST_IDS = 20_000;
/** What may wait for the application. Past it, the connection is let go until the application has caught up. */
const MOST_MESSAGES = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** `received` is sent that long after a message was processed, for all up to then, or after so many. */
const DELAY = 50;
const MOST_UNTOLD = 100;
/** How long the storage may take. */
const STORAGE = 10_000;
const WEEK = 7 * 24 * 60 * 60 * 1000;

/**
 * The messages that have come, handed to the application one after another and each once, whatever is sent again after
 * a reconnect or a reload.
 *
 * A message counts as processed when the promises that the application gave to `waitUntil` are settled; then it is
 * written down, and only then the server is told (`received`). Duplicates are recognised by (`from`, `id`).
 */
export class Inbox {
  #environment;
  #storage;
  #listener;
  #record = null;
  #opening = null;
  #queue = [];
  #bytes = 0;
  #isBusy = false;
  #log = null;
  #seq = 0;
  #dedup = WEEK;
  /** @type {Map<string, number>} key → when it was processed, oldest first */
  #seen = new Map();
  // What is not yet written down
  #changes = new Map();
  #isDirty = false;
  #isSaving = false;
  // What the server has not been told
  #saved = 0;
  #told = 0;
  #untold = 0;
  #timer;

  /**
   * @param {import("./environment.js").Environment} environment
   * @param {import("./storage.js").Storage} storage
   * @param {object} listener
   * @param {(frame: object) => Promise<any>[]} listener.dispatch gives it to the application
   * @param {(frame: object) => boolean} listener.isOwn whether it is a copy of what is still in the outbox
   * @param {(log: string, seq: number) => void} listener.received
   * @param {() => void} listener.full
   * @param {() => void} listener.caughtUp
   * @param {(error: SottoError) => void} listener.failed
   */
  constructor(environment, storage, listener) {
    this.#environment = environment;
    this.#storage = storage;
    this.#listener = listener;
  }

  /** What of the log is known to have been processed here: `since` for the next connection, 0 if nothing is. */
  get seq() {
    return this.#seq;
  }

  /** Reads what was processed by this tab earlier; once. */
  open(address) {
    return (this.#opening ??= this.#open(address));
  }

  /** There is a connection. @returns {boolean} whether its log is the one that `seq` belongs to */
  opened(log, dedup) {
    const isKnown = this.#log === log || this.#seq === 0;
    if (this.#log !== log) {
      this.#log = log;
      this.#seq = this.#saved = 0;
      this.#save();
    }
    this.#dedup = dedup > 0 ? dedup : WEEK;
    this.#told = 0;
    return isKnown;
  }

  /** Takes a `message`, `copy` or `gap`. What there is no room for comes again on the next connection. */
  add(frame, bytes) {
    if (this.#queue.length >= MOST_MESSAGES || this.#bytes >= MOST_BYTES) return this.#listener.full();
    this.#queue.push({ frame, bytes, log: this.#log });
    this.#bytes += bytes;
    this.#work();
  }

  /** A message of this tab was accepted: its copy, which comes after a reload, is no news. */
  accepted(id) {
    this.#remember(keyOf({ type: "copy", id }));
    this.#save();
  }

  /** Tells the server what there is to tell, and forgets what waits: it comes again on the next connection. */
  close() {
    this.tell();
    this.#queue.length = this.#bytes = 0;
    // At once, so that whoever opens the same record next finds it.
    if (this.#isDirty) this.#record?.save(this.#takeChange()).catch(() => {});
    this.#opening = null;
  }

  async #open(address) {
    try {
      this.#record = await this.#within(this.#storage.open(address));
    } catch (error) {
      await this.#withoutStorage(error);
    }
    this.#log = this.#record.log;
    this.#seq = this.#saved = this.#record.seq;
    this.#seen = new Map([...this.#record.seen, ...this.#seen]);
  }

  #work() {
    while (!this.#isBusy && this.#queue.length > 0) {
      const entry = this.#queue.shift();
      this.#bytes -= entry.bytes;
      const key = keyOf(entry.frame);
      if (this.#seen.has(key) || this.#listener.isOwn(entry.frame)) {
        this.#advance(entry);
        continue;
      }
      this.#isBusy = true;
      const work = this.#listener.dispatch(entry.frame);
      if (work.length === 0) this.#processed(entry, key);
      else this.#await(work, entry, key);
    }
  }

  async #await(work, entry, key) {
    const failure = (await Promise.allSettled(work)).find(({ status }) => status === "rejected");
    if (failure) {
      const { id } = entry.frame;
      const why = `The application could not process a message: ${failure.reason?.message ?? failure.reason}`;
      this.#listener.failed(new SottoError("handler", why, { id }));
    }
    this.#processed(entry, key);
    this.#work();
    if (this.#queue.length === 0) this.#listener.caughtUp();
  }

  #processed(entry, key) {
    this.#isBusy = false;
    if (entry.frame.type !== "gap") this.#remember(key);
    this.#advance(entry);
  }

  #advance({ frame, log }) {
    // One from before the server had a new store says nothing of the new log.
    if (log === this.#log && frame.seq > this.#seq) this.#seq = frame.seq;
    this.#untold += 1;
    this.#save();
  }

  #remember(key) {
    const now = this.#environment.now();
    this.#seen.set(key, now);
    this.#changes.set(key, now);
    for (const [oldest, at] of this.#seen) {
      if (this.#seen.size <= MOST_IDS && now - at <= this.#dedup) break;
      this.#seen.delete(oldest);
      this.#changes.set(oldest, null);
    }
  }

  /** Writes down what has changed, all of it in one go, and again what has changed meanwhile. */
  async #save() {
    this.#isDirty = true;
    if (this.#isSaving) return;
    this.#isSaving = true;
    while (this.#isDirty) {
      const change = this.#takeChange();
      try {
        await this.#within(this.#record.save(change));
      } catch (error) {
        await this.#withoutStorage(error);
      }
      if (change.log !== this.#log) continue;
      this.#saved = change.seq;
      this.#tellSoon();
    }
    this.#isSaving = false;
  }

  #takeChange() {
    const change = { log: this.#log, seq: this.#seq, seen: this.#changes };
    this.#changes = new Map();
    this.#isDirty = false;
    return change;
  }

  #tellSoon() {
    if (this.#saved <= this.#told) return;
    if (this.#untold >= MOST_UNTOLD) this.tell();
    else this.#timer ??= this.#environment.setTimeout(() => this.tell(), DELAY);
  }

  /** Tells the server up to where all is processed and written down, if it has not been told on this connection. */
  tell() {
    this.#environment.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#saved <= this.#told) return;
    this.#told = this.#saved;
    this.#untold = 0;
    this.#listener.received(this.#log, this.#saved);
  }

  /** Rejects when the storage does not answer. */
  #within(promise) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = this.#environment.setTimeout(() => reject(new Error("the storage does not answer")), STORAGE);
    });
    return Promise.race([promise, late]).finally(() => this.#environment.clearTimeout(timer));
  }

  async #withoutStorage(error) {
    const why = `What was received is not kept across reloads: ${error?.message ?? error}`;
    this.#listener.failed(new SottoError("storage", why));
    this.#record = await new MemoryStorage().open();
  }
}

/** A copy is one's own message, with an id of one's own; one to oneself comes as a message, too. */
function keyOf({ type, from, id }) {
  return type === "message" ? `m/${from}/${id}` : `c/${id}`;
}
