/** The most people that are remembered: strangers may write from as many ids as they like. */
export const MOST_PEOPLE = 200;
/** The most unsent messages that are kept, and the longest. */
const MOST_UNSENT = 1_000;
const LONGEST = 100_000;

/**
 * What this browser keeps for one person: with whom they talk, and which of their texts the server does not answer for
 * yet. Nothing else of what was said stays here. Each is forgotten silently where the browser keeps nothing.
 */
export class Book {
  #storage;
  #people;
  #unsent;

  /**
   * @param {string} me
   * @param {Storage | undefined} storage as `localStorage`
   */
  constructor(me, storage) {
    this.#storage = storage;
    this.#people = `sotto.people/${me}`;
    this.#unsent = `sotto.unsent/${me}/`; // an id has no slash
  }

  /** Whom this person has talked with, the latest first. @returns {string[]} */
  get people() {
    const known = this.#read(this.#people);
    return Array.isArray(known) ? known.filter((peer) => typeof peer === "string").slice(0, MOST_PEOPLE) : [];
  }

  /** Something was said with them. */
  met(/** @type {string} */ peer) {
    const people = this.people;
    if (people[0] !== peer) this.#write(this.#people, [peer, ...people.filter((each) => each !== peer)].slice(0, MOST_PEOPLE));
  }

  forget(/** @type {string} */ peer) {
    this.#write(this.#people, this.people.filter((each) => each !== peer));
  }

  /** Texts that may not have reached the server when the page was closed, in order. To send one twice does no harm. */
  get unsent() {
    const found = this.#keys.map((key) => ({ id: key.slice(this.#unsent.length), ...this.#read(key) }));
    return found
      .filter(({ to, text }) => typeof to === "string" && typeof text === "string")
      .sort((one, other) => one.at - other.at || one.turn - other.turn);
  }

  /** @returns {boolean} whether it is safe */
  keep({ id, to, text, at, turn }) {
    if (text.length > LONGEST || this.#keys.length >= MOST_UNSENT) return false;
    return this.#write(this.#unsent + id, { to, text, at, turn });
  }

  /** The server answers for it, or has refused it. */
  settle(/** @type {string} */ id) {
    try {
      this.#storage?.removeItem(this.#unsent + id);
    } catch {
      // Nothing was kept.
    }
  }

  get #keys() {
    try {
      return Object.keys(this.#storage ?? {}).filter((key) => key.startsWith(this.#unsent));
    } catch {
      return [];
    }
  }

  #read(key) {
    try {
      return JSON.parse(this.#storage?.getItem(key) ?? "null");
    } catch {
      return null;
    }
  }

  #write(key, value) {
    try {
      this.#storage?.setItem(key, JSON.stringify(value));
      return this.#storage !== undefined;
    } catch {
      return false; // no room, or not allowed: it is forgotten with the page
    }
  }
}
