import { dress } from "./avatar.js";
import { Log } from "./log.js";

const byId = (id) => document.getElementById(id);

/** The conversation that is open: its head, its log, and the field below. */
export class Room {
  /** @type {import("./conversation.js").Conversation | null} */
  current = null;

  #logs = new Map();
  #actions;

  /**
   * @param {object} actions
   * @param {(conversation: object) => void} actions.earlier loads more of the history
   * @param {(conversation: object, entry: object) => void} actions.retry
   * @param {(conversation: object, entry: object) => void} actions.discard
   * @param {(conversation: object, entry: object) => void} actions.load
   * @param {() => void} actions.atEnd the end came into view
   */
  constructor(actions) {
    this.#actions = actions;
    byId("jump").addEventListener("click", () => {
      this.#log?.scrollToEnd();
      byId("message").focus();
    });
  }

  /** Whether somebody can see the last message. */
  get isLookedAt() {
    const isCovered = document.body.dataset.view === "list" && matchMedia("(max-width: 720px)").matches;
    return this.current !== null && document.hasFocus() && !document.hidden && !isCovered;
  }

  open(conversation) {
    this.close();
    this.current = conversation;
    byId("peer-name").textContent = conversation.peer;
    dress(byId("peer-avatar"), conversation.peer);
    byId("welcome").hidden = true;
    byId("open-conversation").hidden = false;
    byId("message").value = conversation.draft;
    document.body.dataset.view = "conversation";
    if (!this.#log) this.#begin(conversation);
    this.#log.show();
  }

  /** Shows the beginning of the page again, or the list on a phone. */
  close() {
    if (this.current) {
      this.current.draft = byId("message").value;
      this.#log?.hide();
    }
    this.current = null;
    byId("jump").hidden = true;
    byId("open-conversation").hidden = true;
    byId("welcome").hidden = false;
    document.body.dataset.view = "list";
  }

  /** Nothing of that conversation will be seen again. */
  forget({ peer }) {
    if (this.current?.peer === peer) this.close();
    this.#logs.get(peer)?.leave();
    this.#logs.delete(peer);
  }

  /** Shows what has changed of the open conversation. */
  draw(me) {
    const { peer, online, isTyping } = this.current;
    byId("peer-avatar").dataset.online = online ?? "unknown";
    byId("peer-state").classList.toggle("typing", isTyping);
    byId("peer-state").textContent = isTyping
      ? "typing …"
      : peer === me
        ? "Notes to yourself"
        : ({ true: "Online", false: "Offline" }[online] ?? "Just the two of you");
    this.#log.showTyping(isTyping);
  }

  get #log() {
    return this.#logs.get(this.current?.peer);
  }

  #begin(conversation) {
    const { earlier, retry, discard, load, atEnd } = this.#actions;
    const log = new Log(conversation, {
      earlier: () => earlier(conversation),
      retry: (entry) => retry(conversation, entry),
      discard: (entry) => discard(conversation, entry),
      load: (entry) => load(conversation, entry),
      moved: (hasMissed) => {
        byId("jump").hidden = !hasMissed;
        if (!hasMissed) atEnd();
      },
    });
    this.#logs.set(conversation.peer, log);
    byId("logs").append(log.element);
  }
}
