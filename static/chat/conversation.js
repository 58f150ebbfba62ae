/** The most entries of one conversation that stay in the page; beyond it the oldest go, to be loaded again on demand. */
export const MOST_ENTRIES = 1_000;
/** So many may stand there while somebody reads far up. */
export const MOST_LOADED = 5_000;

/** How far a message of one's own has come; what has no number here, `refused` among it, is on its way or never was. */
const RANK = { kept: 1, sent: 1, delivered: 2, read: 3 };

/**
 * @typedef {object} Entry a message, or a notice such as that somebody has left
 * @property {string} key
 * @property {number} order where it stands among the others; Infinity while the server has not said so
 * @property {number} at milliseconds since 1970
 * @property {string} [notice] the kind of a notice, with its `text`
 * @property {string} [id] of a message
 * @property {number} [seq] its number in the log of the server
 * @property {boolean} [mine]
 * @property {string} [text]
 * @property {any} [data]
 * @property {import("./attachment.js").Attachment} [file]
 * @property {"waiting" | "sent" | "kept" | "delivered" | "read" | "refused" | "unknown" | ""} [state] of one's own
 * @property {string} [why] it was refused
 * @property {boolean} [isFinal] whether to send it again would be in vain
 */

/**
 * What two people said, in the order of the server's log, each message once from wherever it comes: as it happens, from
 * another device, or from the history.
 *
 * `changed()` is called when what a list shows of it has changed; `view`, if somebody looks, is told of each entry.
 */
export class Conversation {
  peer;
  /** @type {Entry[]} */
  entries = [];
  online = null;
  isTyping = false;
  /** Whether the newest of the history has been loaded, is being loaded, and whether there is more. */
  hasLoaded = false;
  isLoading = false;
  hasMore = true;
  /** How many of their messages have not been read. */
  unread = 0;
  /** What was typed and not sent. */
  draft = "";
  /** @type {{ inserted(entry: Entry): void, updated(entry: Entry): void, removed(entry: Entry): void, followsEnd: boolean } | null} */
  view = null;

  #changed;
  #known = new Map();
  /** Added to the numbers of the server's log; grows when the server begins a new one. */
  #base = 0;
  #last = 0;
  #readUpTo = 0;
  #notices = 0;

  /** @param {string} peer */
  constructor(peer, changed = () => {}) {
    this.peer = peer;
    this.#changed = changed;
  }

  /** Adds a message. @returns {Entry | null} null if it was known */
  add({ mine, id, seq, at, state = mine ? "waiting" : "", ...body }) {
    const key = `${mine ? "mine" : "theirs"}/${id}`;
    const known = this.#known.get(key);
    if (known) {
      this.#learn(known, seq, state);
      return null;
    }
    const entry = { key, mine, id, seq, at, state: mine ? state : "", why: "", ...body, order: this.#order(seq) };
    this.#insert(entry);
    if (!mine && state === "read") this.#readTo(entry);
    this.#changed(this);
    return entry;
  }

  /** One's own message. @returns {Entry | undefined} */
  mine(id) {
    return this.#known.get(`mine/${id}`);
  }

  /** Adds a notice; of several of a kind in a row the last one stays. */
  addNotice(notice, text, at) {
    const last = this.entries.at(-1);
    if (last?.notice === notice) this.remove(last);
    this.#insert({ key: `notice/${(this.#notices += 1)}`, notice, text, at, order: this.#last });
    this.#changed(this);
  }

  /** Adds a page of the history. */
  merge(messages, hasMore) {
    const isInside = this.oldestSeq < messages.at(-1)?.seq;
    for (const message of messages) this.add(message);
    // The newest page, asked for once more, says nothing of what is before all that is there.
    if (!isInside) this.hasMore = hasMore;
    this.hasLoaded = true;
  }

  remove(entry) {
    const index = this.entries.indexOf(entry);
    if (index < 0) return;
    this.#takeOut(index);
    this.#known.delete(entry.key);
    this.view?.removed(entry);
    this.#changed(this);
  }

  // How far one's own have come

  /** The server answers for it. */
  accepted(entry, { seq, at, state }) {
    entry.at = at ?? entry.at;
    // The history may have said before that it was accepted, and cannot say that it waits.
    if (entry.state === "sent") this.#set(entry, state, "");
    this.#learn(entry, seq, state);
  }

  /** That message, and all before it, has been `delivered` or `read`. */
  reached(id, state) {
    const last = this.mine(id);
    if (!last) return;
    const index = this.entries.indexOf(last);
    for (let each = index; each >= 0; each--) {
      const entry = this.entries[each];
      if (entry === last || RANK[entry.state] >= 1) this.#advance(entry, state);
    }
    this.#changed(this);
  }

  /** Its way has ended, or not begun: `waiting`, `refused` or `unknown`. */
  mark(entry, state, why = "", isFinal = false) {
    if (RANK[entry.state] >= 2) return; // it has arrived, whatever is said later
    this.#set(entry, state, why, isFinal);
    this.#changed(this);
  }

  // How far the other's have been read

  /** The oldest of them. @returns {Entry | undefined} */
  get firstUnread() {
    return this.entries.find((entry) => this.#isUnread(entry));
  }

  /** All has been seen. @returns {string | null} the id of the last message, if it was unread */
  markRead() {
    const last = this.entries.findLast((entry) => this.#isUnread(entry));
    if (!last) return null;
    this.#readTo(last);
    this.#changed(this);
    return last.id;
  }

  /** Another device of this person has shown it. */
  markReadTo(id) {
    const entry = this.#known.get(`theirs/${id}`);
    if (!entry) return;
    this.#readTo(entry);
    this.#changed(this);
  }

  // Its extent

  /** The last message. @returns {Entry | undefined} */
  get last() {
    return this.entries.findLast(({ notice }) => !notice);
  }

  /** The number before which the history goes on. */
  get oldestSeq() {
    return this.entries.find(({ seq }) => seq !== undefined)?.seq;
  }

  /** The server has begun a new log: its numbers come after all of the old one, which nobody can ask for any more. */
  forgetLog() {
    this.#base = this.#last;
    for (const entry of this.entries) {
      entry.seq = undefined;
      const why = "The server has a new store: it is not known whether this has arrived.";
      if (RANK[entry.state] === 1) this.#set(entry, "unknown", why);
    }
    this.hasLoaded = false;
    this.hasMore = true;
  }

  /** Lets the oldest go. */
  trim(most = MOST_ENTRIES) {
    while (this.entries.length > most) {
      this.remove(this.entries[0]);
      this.hasMore = true;
    }
  }

  #order(seq) {
    if (seq === undefined) return Infinity;
    const order = this.#base + seq;
    this.#last = Math.max(this.#last, order);
    return order;
  }

  #insert(entry) {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle].order <= entry.order) low = middle + 1;
      else high = middle;
    }
    this.entries.splice(low, 0, entry);
    this.#known.set(entry.key, entry);
    if (this.#isUnread(entry)) this.unread += 1;
    this.view?.inserted(entry);
    this.trim(this.isLoading || this.view?.followsEnd === false ? MOST_LOADED : MOST_ENTRIES);
  }

  #learn(entry, seq, state) {
    if (seq !== undefined && entry.seq === undefined) {
      entry.seq = seq;
      this.#place(entry, this.#order(seq));
    }
    if (entry.mine) this.#advance(entry, state);
    else if (state === "read") this.#readTo(entry);
    this.#changed(this);
  }

  #takeOut(index) {
    const [entry] = this.entries.splice(index, 1);
    if (this.#isUnread(entry)) this.unread -= 1;
  }

  /** Where the log has it, which is hardly ever elsewhere than where it stands. */
  #place(entry, order) {
    const index = this.entries.indexOf(entry);
    entry.order = order;
    const isRight = !(this.entries[index - 1]?.order > order) && !(this.entries[index + 1]?.order < order);
    if (isRight) return;
    this.#takeOut(index);
    this.view?.removed(entry);
    this.#insert(entry);
  }

  #advance(entry, state) {
    if ((RANK[state] ?? 0) <= (RANK[entry.state] ?? 0)) return;
    this.#set(entry, state, "");
  }

  #set(entry, state, why, isFinal = false) {
    Object.assign(entry, { state, why, isFinal });
    this.view?.updated(entry);
  }

  #readTo({ order }) {
    if (order <= this.#readUpTo) return;
    this.#readUpTo = order;
    this.unread = this.entries.reduce((count, entry) => count + this.#isUnread(entry), 0);
  }

  #isUnread({ notice, mine, order }) {
    return !notice && !mine && order > this.#readUpTo;
  }
}
