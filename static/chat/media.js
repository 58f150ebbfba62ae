import { clone } from "./template.js";
import { inWords } from "./words.js";

/** What is not larger is loaded when it comes into view; the rest when asked for. */
const LOADED_UNASKED = 2 * 1024 * 1024;

/** The element of a file in a conversation, drawn anew whenever the file changes. */
export class Media {
  element = document.createElement("div");

  #file;
  #says;
  #load;
  #url = null;
  #shown = null; // what the address is of
  #drawn = "";
  #hasFailed = false;

  /**
   * @param {import("./attachment.js").Attachment} file
   * @param {string} whose what a screen reader says, such as “from 6001”
   * @param {() => void} load asks the server for its bytes
   */
  constructor(file, whose, load) {
    this.#file = file;
    this.#says = () => `${file.label} ${whose}${file.name ? `: ${file.name}` : ""}`;
    this.#load = load;
    this.element.className = "media";
    file.changed = () => this.draw();
    this.draw();
  }

  /** It is in view. */
  seen() {
    if (this.#file.state === "away" && this.#file.size <= LOADED_UNASKED) this.#load();
  }

  /** Nobody looks at it any more. */
  leave() {
    this.#file.changed = () => {};
    this.#revoke();
  }

  draw() {
    const { state, blob, found } = this.#file;
    if (blob !== this.#shown) this.#hasFailed = false;
    const kind = state === "here" ? ((!this.#hasFailed && found?.kind) || "download") : state;
    if (this.#drawn === kind && blob === this.#shown) return;
    this.#revoke();
    this.#drawn = kind;
    this.#shown = blob;
    this.element.dataset.kind = kind;
    if (blob) this.#url = URL.createObjectURL(blob);
    this.element.replaceChildren(kind === state || kind === "download" ? this.#card(state) : this.#player(kind));
  }

  #player(kind) {
    const part = clone(`${kind}-template`);
    const player = kind === "image" ? part.querySelector("img") : part;
    if (kind === "image") {
      player.alt = this.#says();
      part.setAttribute("aria-label", `${this.#says()}. Show it large`);
      part.dataset.name = this.#savedName;
    } else {
      player.setAttribute("aria-label", this.#says());
    }
    // The first bytes promised more than this browser can show.
    player.addEventListener("error", () => this.#failed(player), { once: true });
    player.src = this.#url;
    return part;
  }

  #failed(player) {
    if (!player.isConnected || player.src !== this.#url) return;
    this.#hasFailed = true;
    this.draw();
  }

  /** A file by its name: to be saved, to be loaded, or just named. */
  #card(state) {
    const card = clone(state === "here" ? "download-template" : "away-template");
    const size = inWords(this.#file.size);
    card.querySelector(".file-name").textContent = this.#file.name ?? this.#says();
    card.querySelector(".file-size").textContent = {
      here: `${size} · save`,
      away: `${size} · load`,
      loading: `${size} · loading …`,
      gone: `${size} · no longer on the server`,
    }[state];
    if (state === "here") {
      card.href = this.#url;
      card.download = this.#savedName;
    } else {
      card.disabled = state !== "away";
      card.addEventListener("click", () => this.#load());
    }
    return card;
  }

  get #savedName() {
    const { name, found } = this.#file;
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
    return name ?? `sotto-${stamp}.${found?.extension ?? "bin"}`;
  }

  #revoke() {
    if (this.#url !== null) URL.revokeObjectURL(this.#url);
    this.#url = null;
  }
}
