import { Media } from "./media.js";
import { clone } from "./template.js";
import { clock, moment } from "./words.js";

/** A longer text is shown up to here at first: laying out megabytes would hold up the page. */
const LONG_TEXT = 20_000;
const LINK = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

const SAYS = {
  waiting: () => "Waiting for the connection",
  sent: () => "Sent",
  kept: (peer) => `Kept until ${peer} connects`,
  delivered: () => "Delivered",
  read: () => "Read",
  refused: () => "Not sent",
  unknown: () => "It is not known whether it arrived",
};

/** One message as it stands in a conversation. */
export class Message {
  element = clone("message-template");

  #entry;
  #peer;
  #media = null;

  /**
   * @param {import("./conversation.js").Entry} entry
   * @param {string} peer
   * @param {{ load: (entry: object) => void, retry: (entry: object) => void, discard: (entry: object) => void }} actions
   */
  constructor(entry, peer, actions) {
    this.#entry = entry;
    this.#peer = peer;
    const { mine, at, file } = entry;
    this.element.dataset.from = mine ? "me" : "peer";
    this.element.dataset.holds = file ? "file" : "text";
    this.#part(".speaker").textContent = mine ? "You: " : `${peer}: `;
    if (file) this.#media = new Media(file, mine ? `to ${peer}` : `from ${peer}`, () => actions.load(entry));
    this.#part(".content").append(...(file ? [this.#media.element] : textOf(entry)));
    const time = this.#part("time");
    time.dateTime = new Date(at).toISOString();
    time.title = moment(at);
    time.textContent = clock(at);
    this.#part(".again").addEventListener("click", () => actions.retry(entry));
    this.#part(".discard").addEventListener("click", () => actions.discard(entry));
    if (file) this.#drawProgressWith(file);
    this.update();
  }

  /** Shows how far it has come. */
  update() {
    const { mine, state, why, isFinal } = this.#entry;
    if (!mine) return;
    this.element.dataset.state = state;
    const says = SAYS[state](this.#peer);
    this.#part(".delivery").title = says;
    this.#part(".says").textContent = says;
    const isBad = state === "refused" || state === "unknown";
    this.#part(".outcome").hidden = !isBad;
    if (isBad) {
      this.#part(".why").textContent = state === "refused" ? `Not sent. ${why}` : why;
      this.#part(".again").hidden = isFinal === true;
    }
    this.#drawProgress();
  }

  /** It is in view. */
  seen() {
    this.#media?.seen();
  }

  leave() {
    this.#media?.leave();
  }

  #drawProgressWith(file) {
    const draw = file.changed;
    file.changed = () => {
      draw();
      this.#drawProgress();
    };
  }

  #drawProgress() {
    const { state, file } = this.#entry;
    const bar = this.#part(".progress");
    bar.hidden = !file || (state !== "waiting" && file.state !== "loading");
    if (bar.hidden) return;
    if (state === "waiting" && file.sent > 0 && file.sent < 1) bar.value = file.sent;
    else bar.removeAttribute("value");
  }

  #part(selector) {
    return this.element.querySelector(selector);
  }
}

function textOf({ text, data }) {
  const whole = text ?? JSON.stringify(data, null, 2);
  const content = clone("text-template");
  fill(content, whole.length > LONG_TEXT ? `${whole.slice(0, LONG_TEXT)}…` : whole);
  content.classList.toggle("empty", whole === "");
  content.classList.toggle("data", text === undefined);
  if (whole.length <= LONG_TEXT) return [content];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button whole-text";
  button.textContent = `Show all ${whole.length.toLocaleString()} characters`;
  button.addEventListener("click", () => {
    fill(content, whole);
    button.remove();
  });
  return [content, button];
}

/** Puts text into an element, with addresses of the web as links. */
function fill(element, text) {
  let from = 0;
  element.textContent = "";
  for (const { 0: address, index } of text.matchAll(LINK)) {
    if (!URL.canParse?.(address)) continue;
    const link = Object.assign(document.createElement("a"), { href: address, target: "_blank", rel: "noopener noreferrer" });
    link.textContent = address;
    element.append(text.slice(from, index), link);
    from = index + address.length;
  }
  element.append(text.slice(from));
}
