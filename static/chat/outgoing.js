import { newName } from "../sotto/environment.js";
import { Attachment, sentName, sentType } from "./attachment.js";

/** To send these again would end in the same way. */
const FINAL = ["bad_request", "bad_target", "forbidden", "too_large", "unreadable"];

/**
 * What a person writes, from their hand to its outcome. A text that the server does not answer for yet is kept in the
 * book, and goes out again, under the same id, with the next page: it cannot arrive twice.
 */
export class Outgoing {
  #clock;
  #sotto = null;
  #book = null;
  #turn = 0;
  #waiting = new Set();
  /** What would be lost with this page. */
  #unsafe = new Set();

  /** @param {import("../sotto/environment.js").Environment} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /** How many messages wait for the server. */
  get waiting() {
    return this.#waiting.size;
  }

  get isUnsafe() {
    return this.#unsafe.size > 0;
  }

  /** Sends by this client from now on, first of all what is left from before. */
  begin(sotto, book, conversationWith) {
    this.#sotto = sotto;
    this.#book = book;
    this.#waiting.clear();
    for (const { id, to, text, at } of book.unsent) {
      const conversation = conversationWith(to);
      const entry = conversation.mine(id) ?? conversation.add({ mine: true, id, at, text, isKept: true });
      if (entry.state === "waiting") this.#post(conversation, entry);
      else book.settle(id);
    }
  }

  end() {
    this.#sotto = null;
  }

  send(conversation, text) {
    const id = newName();
    const at = this.#clock.now();
    const isKept = this.#book.keep({ id, to: conversation.peer, text, at, turn: (this.#turn += 1) });
    if (!isKept) this.#unsafe.add(id);
    this.#post(conversation, conversation.add({ mine: true, id, at, text, isKept }));
  }

  sendFile(conversation, file) {
    const id = newName();
    const entry = conversation.add({ mine: true, id, at: this.#clock.now(), file: Attachment.chosen(file) });
    this.#unsafe.add(id);
    this.#post(conversation, entry, file);
  }

  /** Sends again what was refused. */
  retry(conversation, entry) {
    conversation.mark(entry, "waiting");
    this.#post(conversation, entry, entry.file?.blob);
  }

  #post(conversation, entry, bytes = null) {
    const sotto = this.#sotto;
    const { id, file } = entry;
    this.#waiting.add(id);
    if (!sotto) return this.#closed(conversation, entry);
    if (file && !bytes) return this.#refused(conversation, entry, "The file is no longer held by this page.", true);
    const { peer } = conversation;
    const sent = file ? this.#sendBytes(peer, entry, bytes) : sotto.send(peer, { text: entry.text }, { id });
    sent.accepted.then(
      (answer) => {
        this.#settled(id);
        conversation.accepted(entry, answer);
      },
      ({ code, message }) => {
        if (code === "closed") return this.#closed(conversation, entry);
        this.#refused(conversation, entry, message, FINAL.includes(code));
      },
    );
  }

  #sendBytes(peer, { id, file }, bytes) {
    const mime = sentType(bytes.type);
    const name = file.name ? sentName(file.name) : undefined;
    return this.#sotto.sendFile(peer, bytes, { id, mime, name, progress: ({ sent, total }) => file.progress(sent / total) });
  }

  /** The connection was given up: what is in the book goes out with the next one. */
  #closed(conversation, entry) {
    if (entry.isKept) return conversation.mark(entry, "waiting");
    this.#refused(conversation, entry, "There is no connection.");
  }

  #refused(conversation, entry, why, isFinal = false) {
    this.#settled(entry.id);
    conversation.mark(entry, "refused", why, isFinal);
  }

  #settled(id) {
    this.#waiting.delete(id);
    this.#unsafe.delete(id);
    this.#book.settle(id);
  }
}
