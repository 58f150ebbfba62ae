import { Attachment } from "./attachment.js";
import { Loader } from "./loader.js";

/** Messages in one page of the history. */
const PAGE = 50;

/** What the server keeps: earlier messages, and the bytes of files. */
export class Archive {
  #changed;
  #sotto = null;
  #me = null;
  #loader = new Loader();

  /** @param {(conversation: import("./conversation.js").Conversation) => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  begin(sotto, me) {
    this.#sotto = sotto;
    this.#me = me;
  }

  end() {
    this.#loader.clear();
    this.#sotto = null;
  }

  /** One more page of the history, or the newest one. */
  async load(conversation) {
    if (!this.#sotto || conversation.isLoading) return;
    conversation.isLoading = true;
    const before = conversation.hasLoaded ? conversation.oldestSeq : undefined;
    try {
      const { messages, more } = await this.#sotto.history(conversation.peer, { before, limit: PAGE });
      const page = messages.map((message) => this.#read(message));
      const merge = () => conversation.merge(page, more);
      if (conversation.view) conversation.view.keepingPlace(merge);
      else merge();
    } catch {
      // The connection was given up, or the server has a new store: asked again with the next one.
    }
    conversation.isLoading = false;
    conversation.view?.loaded();
    this.#changed(conversation);
  }

  /** The newest page, after others that were asked for. */
  loadSoon(conversation) {
    conversation.hasLoaded = false;
    this.#loader.add(() => this.load(conversation));
  }

  /** The bytes of a file that only the server has. */
  loadFile(conversation, { file, seq }) {
    const sotto = this.#sotto;
    if (file.state !== "away" || !sotto) return;
    if (seq === undefined) return file.mark("gone");
    file.mark("loading");
    this.#loader.add(async () => {
      try {
        const { bytes } = await sotto.fetch(seq);
        file.take(bytes);
        this.#changed(conversation); // only now it is known what it is
      } catch ({ code }) {
        file.mark(["bad_request", "unknown"].includes(code) ? "gone" : "away");
      }
    });
  }

  #read({ from, id, seq, at, text, data, binary, state }) {
    const mine = from === this.#me;
    const file = binary && new Attachment(binary);
    return { mine, id, seq, at, text, data, file, state: mine && state === "accepted" ? "sent" : state };
  }
}
