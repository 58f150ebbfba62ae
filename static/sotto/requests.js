import { SottoError } from "./frames.js";

const MOST = 100;
const TIMEOUT = 30_000;
/** The bytes of a large file, over a slow connection. */
const FETCH_TIMEOUT = 10 * 60_000;

/**
 * Questions to the server (`history`, `fetch`), each with a `ref` that its answer carries; asked again on the next
 * connection if the answer has not come.
 */
export class Requests {
  #environment;
  #connection;
  #waiting = new Map();
  #count = 0;

  /**
   * @param {import("./environment.js").Environment} environment
   * @param {{ isOpen: boolean, send: (frame: string) => void }} connection
   */
  constructor(environment, connection) {
    this.#environment = environment;
    this.#connection = connection;
  }

  /**
   * Nobody has to wait for the answer: an error makes no noise by itself.
   *
   * @returns {Promise<any>} what `read` makes of the answering frame
   */
  ask(question, read = (frame) => frame) {
    const answer = this.#ask(question).then(read);
    answer.catch(() => {});
    return answer;
  }

  /** There is a connection again. */
  opened() {
    for (const { frame } of this.#waiting.values()) this.#connection.send(frame);
  }

  /** Whether the frame answers a question of that type. */
  answered(frame, type) {
    if (this.#waiting.get(frame.ref)?.type !== type) return false;
    this.#take(frame.ref).resolve(frame);
    return true;
  }

  /** Whether the error is about a question. */
  refused(error) {
    const waiting = this.#take(error.ref);
    waiting?.reject(error);
    return waiting !== undefined;
  }

  /** The server has a new store, in which the numbers of the old one mean nothing. */
  forgotten() {
    const error = new SottoError("unknown", "The server has a new store, and knows nothing of this message.");
    for (const [ref, { isNumbered }] of this.#waiting) if (isNumbered) this.#take(ref).reject(error);
  }

  close(error) {
    for (const ref of [...this.#waiting.keys()]) this.#take(ref).reject(error);
  }

  #ask(question) {
    const ref = String((this.#count += 1));
    if (this.#waiting.size >= MOST) {
      return Promise.reject(new SottoError("queue_full", `There are ${MOST} questions without an answer.`, { ref }));
    }
    return new Promise((resolve, reject) => {
      const error = new SottoError("timeout", "The server did not answer in time.", { ref });
      const late = () => this.#take(ref)?.reject(error);
      const timer = this.#environment.setTimeout(late, question.type === "fetch" ? FETCH_TIMEOUT : TIMEOUT);
      const frame = JSON.stringify({ ...question, ref });
      const isNumbered = (question.seq ?? question.before) !== undefined;
      this.#waiting.set(ref, { frame, type: question.type, isNumbered, resolve, reject, timer });
      if (this.#connection.isOpen) this.#connection.send(frame);
    });
  }

  #take(ref) {
    const waiting = this.#waiting.get(ref);
    this.#waiting.delete(ref);
    if (waiting) this.#environment.clearTimeout(waiting.timer);
    return waiting;
  }
}
