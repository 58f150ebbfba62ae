/** Peers whose last read message may still have to be told. */
const MOST = 1_000;

/**
 * Which messages have been read: the last one of each peer, until the server is known to have taken it, which is when
 * it has answered a ping that was sent later.
 */
export class Reads {
  #send;
  /** @type {Map<string, { id: string, pings: number }>} */
  #peers = new Map();

  /** @param {(frame: object) => boolean} send whether there is a connection */
  constructor(send) {
    this.#send = send;
  }

  /** @param {number} pings how many pings have been sent on the way to now */
  add(to, id, pings) {
    this.#peers.delete(to);
    this.#peers.set(to, { id, pings });
    this.#send({ type: "read", to, id });
    if (this.#peers.size > MOST) this.#peers.delete(this.#peers.keys().next().value);
  }

  /** There is a connection again. */
  opened() {
    for (const [to, { id }] of this.#peers) this.#send({ type: "read", to, id });
  }

  /** The server knows no message `id`. @returns {boolean} whether it was one that had been read */
  refused(id) {
    for (const [to, each] of this.#peers) if (each.id === id) return this.#peers.delete(to);
    return false;
  }

  /** The server has lost its memory. */
  forgotten() {
    this.#peers.clear();
  }

  /** A ping was answered, the so many-eth. */
  confirmed(ping) {
    for (const [to, { pings }] of this.#peers) if (pings < ping) this.#peers.delete(to);
  }
}
