/** What happened, in `detail`. */
export class SottoEvent extends Event {
  /** @type {Promise<any>[] | null} null once the event is over */
  #work = [];

  constructor(type, detail) {
    super(type);
    this.detail = detail;
  }

  /** Of `message`, `copy` and `gap`: it counts as processed, and the next one comes, when the promise is settled. */
  waitUntil(promise) {
    if (!this.#work) throw new TypeError("waitUntil has to be called while the event is being handled");
    this.#work.push(Promise.resolve(promise));
  }

  /** @internal Ends the event. */
  finish() {
    const work = this.#work;
    this.#work = null;
    return work;
  }
}
