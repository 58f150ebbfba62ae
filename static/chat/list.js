import { dress } from "./avatar.js";
import { clone } from "./template.js";
import { preview, shortly } from "./words.js";

const byId = (id) => document.getElementById(id);

/** The list of conversations, that in which something was said last on top. */
export class List {
  #open;
  #items = new Map();

  /** @param {(peer: string) => void} open a conversation was chosen */
  constructor(open) {
    this.#open = open;
  }

  /** @param {import("./conversation.js").Conversation} conversation */
  add({ peer }) {
    const item = clone("peer-template");
    const button = item.querySelector("button");
    button.dataset.peer = peer;
    button.addEventListener("click", () => this.#open(peer));
    item.querySelector(".peer-name").textContent = peer;
    dress(item.querySelector(".avatar"), peer);
    this.#items.set(peer, item);
    byId("conversations").prepend(item);
    byId("no-conversations").hidden = true;
  }

  remove({ peer }) {
    this.#items.get(peer)?.remove();
    this.#items.delete(peer);
    byId("no-conversations").hidden = this.#items.size > 0;
  }

  focus(peer) {
    this.#items.get(peer)?.querySelector("button").focus();
  }

  /** Shows what has changed of a conversation. */
  draw(conversation, isOpen) {
    const { peer, last, isTyping, online, unread } = conversation;
    const item = this.#items.get(peer);
    if (!item) return;
    const part = (selector) => item.querySelector(selector);
    const button = part("button");
    if (isOpen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    part(".avatar").dataset.online = online ?? "unknown";
    part(".presence").textContent = online === true ? ", online" : "";
    part(".preview").textContent = isTyping ? "typing …" : last ? preview(last) : "No messages yet";
    part(".preview").classList.toggle("typing", isTyping);
    part(".delivery").dataset.state = last?.mine && !isTyping ? last.state : "";
    part(".peer-time").textContent = last ? shortly(last.at) : "";
    const badge = part(".unread");
    badge.hidden = unread === 0;
    badge.dataset.count = unread;
    badge.querySelector(".count").textContent = unread > 99 ? "99+" : unread;
    this.#sort(item, last?.at ?? 0);
  }

  /** Moves an item up, never down: what was just opened stays where it is. */
  #sort(item, at) {
    item.dataset.at = Math.max(at, Number(item.dataset.at ?? 0));
    let place = item;
    while (place.previousElementSibling && Number(place.previousElementSibling.dataset.at ?? 0) < at) {
      place = place.previousElementSibling;
    }
    if (place === item) return;
    const focused = item.contains(document.activeElement) ? document.activeElement : null;
    place.before(item);
    focused?.focus(); // moving an element takes the focus from it
  }
}
