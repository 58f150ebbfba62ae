import { Conversation, clock } from "./conversation.js";
import { clone } from "./media.js";

/** The most conversations held: strangers may write from as many ids as they like. */
const MOST_CONVERSATIONS = 200;
const HUES = 8;

const byId = (id) => document.getElementById(id);

/** The list of conversations, and which of them is open. */
export class Conversations {
  /** The open conversation, or null. */
  current = null;

  #rows = new Map(); // peer → { conversation, item }, in no order: the list in the page has it
  #opened;

  /** `opened(peer)` is called after a conversation was opened, and with null after the open one was closed. */
  constructor(opened) {
    this.#opened = opened;
    byId("back").addEventListener("click", () => this.#backToList());
    byId("forget").addEventListener("click", () => this.current && this.#forget(this.current.peer));
    byId("jump").addEventListener("click", () => {
      this.current?.scrollToEnd();
      byId("message").focus();
    });
    // What came in while nobody looked is read by looking.
    addEventListener("focus", () => this.#read());
    document.addEventListener("visibilitychange", () => this.#read());
  }

  /** The conversation with `peer`, made if there is none. */
  with(peer) {
    return (this.#rows.get(peer) ?? this.#begin(peer)).conversation;
  }

  open(peer) {
    const conversation = this.with(peer);
    if (this.current !== conversation) {
      this.#hideCurrent();
      this.current = conversation;
      conversation.onMissed = (missed) => (byId("jump").hidden = !missed);
    }
    byId("peer-name").textContent = peer;
    dress(byId("peer-avatar"), peer);
    byId("welcome").hidden = true;
    byId("open-conversation").hidden = false;
    document.body.dataset.view = "conversation";
    conversation.show();
    this.#read();
    this.#draw(this.#rows.get(peer));
    byId("message").focus();
    this.#opened(peer);
  }

  /** Something was said: the conversation moves to the top, and counts as unread unless it is being looked at. */
  touch(conversation, { unread }) {
    const row = this.#rows.get(conversation.peer);
    if (unread && !this.#isLookedAt(conversation)) {
      conversation.unread += 1;
      byId("announcer").textContent = `${conversation.peer}: ${conversation.unread} unread`;
    }
    const list = byId("conversations");
    if (list.firstElementChild !== row.item) {
      const focused = row.item.contains(document.activeElement) ? document.activeElement : null;
      list.prepend(row.item);
      focused?.focus(); // moving an element takes the focus from it
    }
    this.#draw(row);
  }

  clear() {
    for (const peer of [...this.#rows.keys()]) this.#remove(peer);
  }

  #begin(peer) {
    const row = { conversation: new Conversation(peer), item: clone("peer-template") };
    const button = row.item.querySelector("button");
    button.dataset.peer = peer;
    button.addEventListener("click", () => this.open(peer));
    row.item.querySelector(".peer-name").textContent = peer;
    dress(row.item.querySelector(".avatar"), peer);
    this.#rows.set(peer, row);
    byId("conversations").prepend(row.item);
    byId("logs").append(row.conversation.log);
    byId("no-conversations").hidden = true;
    this.#draw(row);
    this.#bound();
    return row;
  }

  /** Lets the conversation go in which nothing was said for the longest. */
  #bound() {
    if (this.#rows.size <= MOST_CONVERSATIONS) return;
    const quietest = [...byId("conversations").querySelectorAll("button")]
      .map((button) => button.dataset.peer)
      .findLast((peer) => peer !== this.current?.peer);
    this.#remove(quietest);
  }

  #forget(peer) {
    this.#remove(peer);
    byId("peer-id").focus();
  }

  #remove(peer) {
    const { conversation, item } = this.#rows.get(peer);
    this.#rows.delete(peer);
    item.remove();
    if (conversation === this.current) {
      this.#hideCurrent();
      byId("open-conversation").hidden = true;
      byId("welcome").hidden = false;
      document.body.dataset.view = "list";
      this.#opened(null);
    }
    conversation.forget();
    byId("no-conversations").hidden = this.#rows.size > 0;
    this.#drawTitle();
  }

  #hideCurrent() {
    const last = this.current;
    this.current = null;
    byId("jump").hidden = true;
    if (!last) return;
    last.hide();
    last.onMissed = () => {};
    if (this.#rows.has(last.peer)) this.#draw(this.#rows.get(last.peer));
  }

  /** On a narrow screen the list and the conversation take turns. */
  #backToList() {
    const peer = this.current?.peer;
    document.body.dataset.view = "list";
    this.#rows.get(peer)?.item.querySelector("button").focus();
  }

  #isLookedAt(conversation) {
    const covered = document.body.dataset.view === "list" && matchMedia("(max-width: 720px)").matches;
    return conversation === this.current && document.hasFocus() && !document.hidden && !covered;
  }

  #read() {
    if (!this.current?.unread || !this.#isLookedAt(this.current)) return;
    this.current.unread = 0;
    this.#draw(this.#rows.get(this.current.peer));
  }

  #draw({ conversation, item }) {
    const { unread, preview, lastAt } = conversation;
    const isOpen = conversation === this.current;
    const button = item.querySelector("button");
    if (isOpen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    item.querySelector(".preview").textContent = preview || "No messages yet";
    item.querySelector(".peer-time").textContent = lastAt ? clock(lastAt) : "";
    const badge = item.querySelector(".unread");
    badge.hidden = unread === 0;
    badge.dataset.count = unread;
    badge.querySelector(".count").textContent = unread > 99 ? "99+" : unread;
    this.#drawTitle();
  }

  #drawTitle() {
    const unread = [...this.#rows.values()].reduce((sum, { conversation }) => sum + conversation.unread, 0);
    const place = this.current ? `${this.current.peer} · Sotto` : "Sotto";
    document.title = unread > 0 ? `(${unread}) ${place}` : place;
  }
}

/** Gives an avatar its letter and a colour that is always the same for one id. */
function dress(avatar, peer) {
  avatar.textContent = [...peer][0].toUpperCase();
  avatar.dataset.hue = [...peer].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % HUES;
}
