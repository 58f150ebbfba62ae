import { clone } from "./media.js";

/** The most messages of one conversation that stay in the page; beyond it the oldest go. */
export const MOST_MESSAGES = 1_000;
/** A longer text is shown up to here at first: laying out megabytes would hold up the page. */
const LONG_TEXT = 20_000;
/** Nearer to the end than this many pixels counts as being there. */
const AT_END = 48;

const DELIVERY = { waiting: "Waiting for the connection", sending: "Sending …", sent: "Sent", failed: "Not sent" };

/** What two people said: one log, of which the page shows one at a time. */
export class Conversation {
  peer;
  log = clone("log-template");
  unread = 0;
  preview = "";
  lastAt = null;
  /** Called when messages came in below what is being looked at. */
  onMissed = () => {};

  #followsEnd = true;
  #media = new WeakMap();

  constructor(peer) {
    this.peer = peer;
    this.log.dataset.peer = peer;
    this.log.setAttribute("aria-label", `Messages with ${peer}`);
    this.log.addEventListener("scroll", () => {
      if (this.log.hidden) return;
      this.#followsEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < AT_END;
      if (this.#followsEnd) this.onMissed(false);
    });
    // Pictures know their height late, and a phone's keyboard takes half of the window.
    for (const event of ["load", "loadedmetadata"]) this.log.addEventListener(event, () => this.#follow(), true);
    new ResizeObserver(() => this.#follow()).observe(this.log);
  }

  show() {
    this.log.hidden = false;
    this.#follow();
  }

  hide() {
    this.log.hidden = true;
  }

  scrollToEnd() {
    this.#followsEnd = true;
    this.#follow();
  }

  /** Adds a text; returns a function that sets how far the message has come. */
  addText(text, { mine }) {
    const content = clone("text-template");
    content.textContent = text.length > LONG_TEXT ? `${text.slice(0, LONG_TEXT)}…` : text;
    const parts = [content];
    if (text === "") content.classList.add("empty");
    if (text.length > LONG_TEXT) parts.push(wholeTextButton(content, text));
    this.#remember(mine ? `You: ${text.slice(0, 200)}` : text.slice(0, 200) || "(empty message)");
    return this.#addMessage(parts, { mine });
  }

  /** Adds a picture, sound, video or file; returns as `addText` does. */
  addMedia(media, { mine }) {
    this.#remember(`${mine ? "You: " : ""}${media.label}`);
    return this.#addMessage([media.element], { mine, media });
  }

  /** Adds a line of the server's, such as that the other has left. */
  addNotice(text, kind) {
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.dataset.kind = kind;
    notice.textContent = text;
    this.#remember(text);
    this.#append(notice);
  }

  /** Drops all messages and what they hold. */
  forget() {
    for (const entry of [...this.log.children]) this.#drop(entry);
    this.log.remove();
  }

  #addMessage(parts, { mine, media }) {
    const message = clone("message-template");
    message.dataset.from = mine ? "me" : "peer";
    message.querySelector(".speaker").textContent = mine ? "You: " : `${this.peer}: `;
    message.querySelector(".content").append(...parts);
    const time = message.querySelector("time");
    time.dateTime = this.lastAt.toISOString();
    time.textContent = clock(this.lastAt);
    if (media) this.#media.set(message, media);
    this.#append(message);
    if (mine) this.scrollToEnd();
    return (state) => {
      message.dataset.state = state;
      message.querySelector(".delivery").textContent = DELIVERY[state];
    };
  }

  #append(entry) {
    this.log.append(entry);
    while (this.log.childElementCount > MOST_MESSAGES) this.#drop(this.log.firstElementChild);
    if (!this.#followsEnd) this.onMissed(true);
    this.#follow();
  }

  #drop(entry) {
    this.#media.get(entry)?.release();
    entry.remove();
  }

  #follow() {
    if (this.#followsEnd && !this.log.hidden) this.log.scrollTop = this.log.scrollHeight;
  }

  #remember(preview) {
    this.preview = preview;
    this.lastAt = new Date();
  }
}

/** Hours and minutes, as the reader's language writes them. */
export function clock(date) {
  return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function wholeTextButton(content, text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button whole-text";
  button.textContent = `Show all ${text.length.toLocaleString()} characters`;
  button.addEventListener("click", () => {
    content.textContent = text;
    button.remove();
  });
  return button;
}
