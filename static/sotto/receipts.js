import { SottoError } from "./frames.js";

/** Messages that wait for their `delivered`; those of somebody who is away for long may be many. */
const MOST = 10_000;

/**
 * The messages that were accepted and not yet delivered, for each recipient. `delivered` and `read` are cumulative in
 * the order accepted, so that one of them settles all before it, and those that another tab of this person has sent
 * have to be known as well.
 */
export class Receipts {
  /** @type {Map<string, Map<string, { seq: number, sent: import("./sent.js").Sent | null }>>} recipient → id */
  #peers = new Map();
  #count = 0;

  /** @param sent null for a message of another tab */
  add(to, id, seq, sent) {
    if (!this.#peers.has(to)) this.#peers.set(to, new Map());
    const messages = this.#peers.get(to);
    if (messages.has(id)) return;
    messages.set(id, { seq, sent });
    this.#count += 1;
    if (this.#count > MOST) this.#forgetOldest();
  }

  /** All to that recipient up to this one have been processed. */
  settle(to, id) {
    const messages = this.#peers.get(to);
    const last = messages?.get(id);
    if (!last) return;
    for (const [each, { seq, sent }] of messages) {
      if (seq > last.seq) continue; // by the order accepted, which is not always that in which we were told
      this.#remove(to, each);
      sent?.wasDelivered();
    }
  }

  /** Nothing will be heard of any of them. */
  close(error) {
    for (const messages of this.#peers.values()) for (const { sent } of messages.values()) sent?.failed(error);
    this.#peers.clear();
    this.#count = 0;
  }

  #forgetOldest() {
    const [[to, messages]] = this.#peers;
    const [[id, { sent }]] = messages;
    this.#remove(to, id);
    const why = "Too many messages wait for their delivery to keep an eye on this one.";
    sent?.failed(new SottoError("unknown", why, { id }));
  }

  #remove(to, id) {
    const messages = this.#peers.get(to);
    messages.delete(id);
    this.#count -= 1;
    if (messages.size === 0) this.#peers.delete(to);
  }
}
