/**
 * A message on its way: what `send` and `sendFile` return.
 *
 *     waiting → sent → accepted → delivered
 *        └─────────┴→ refused
 *
 * Nobody has to wait for the promises: one that is rejected unheard makes no noise.
 */
export class Sent {
  /** @type {"waiting" | "sent" | "accepted" | "delivered" | "refused"} */
  state = "waiting";
  /** @type {Promise<{ id: string, seq: number, at: number, state: "sent" | "kept" }>} the server answers for it */
  accepted;
  /** @type {Promise<void>} the recipient's application has processed it */
  delivered;

  #accept;
  #deliver;
  #reject;

  /**
   * @param {string} to
   * @param {string} id
   */
  constructor(to, id) {
    this.to = to;
    this.id = id;
    const rejects = [];
    const promise = (keep) =>
      new Promise((resolve, reject) => {
        keep(resolve);
        rejects.push(reject);
      });
    this.accepted = promise((resolve) => (this.#accept = resolve));
    this.delivered = promise((resolve) => (this.#deliver = resolve));
    this.#reject = (error) => rejects.forEach((reject) => reject(error));
    this.accepted.catch(() => {});
    this.delivered.catch(() => {});
  }

  /** @internal */
  wasAccepted(frame) {
    this.state = "accepted";
    this.#accept(frame);
  }

  /** @internal */
  wasDelivered() {
    this.state = "delivered";
    this.#deliver();
  }

  /** @internal Of a message that was accepted, only `delivered` is rejected. */
  failed(error) {
    if (this.state !== "accepted") this.state = "refused";
    this.#reject(error);
  }
}
