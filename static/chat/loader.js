/** More at a time would only wait behind each other, and hold up what people say. */
const AT_ONCE = 2;

/** Runs tasks in order, a few at a time. */
export class Loader {
  #waiting = [];
  #running = 0;

  /** @param {() => Promise<void>} task */
  add(task) {
    this.#waiting.push(task);
    this.#next();
  }

  clear() {
    this.#waiting = [];
  }

  async #next() {
    if (this.#running >= AT_ONCE || this.#waiting.length === 0) return;
    this.#running += 1;
    try {
      await this.#waiting.shift()();
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }
}
