import { preview } from "./words.js";

const KEY = "sotto.notify";

/** Says that a message has come while nobody looks, to whoever has asked for that. */
export class Notifier {
  #button;
  #open;
  #world;
  #shown = new Map();

  /**
   * @param {HTMLButtonElement} button switches it on and off
   * @param {(peer: string) => void} open one was clicked
   */
  constructor(button, open, world = globalThis) {
    this.#button = button;
    this.#open = open;
    this.#world = world;
    // On a page without TLS from another machine there are none.
    button.hidden = !world.Notification || world.isSecureContext === false;
    button.addEventListener("click", () => this.#toggle());
    this.#draw();
  }

  get isOn() {
    return this.#world.Notification?.permission === "granted" && this.#stored === "on";
  }

  /** @param {string} peer */
  tell(peer, entry) {
    if (!this.isOn) return;
    try {
      // Of each person the latest only, and of several tabs one.
      const options = { body: preview(entry), tag: `sotto ${peer}`, icon: "/static/favicon.svg" };
      const notification = new this.#world.Notification(peer, options);
      this.#shown.set(peer, notification);
      notification.onclick = () => {
        this.#world.focus();
        this.#open(peer);
        notification.close();
      };
    } catch {
      // Some phones have the constructor, and forbid to call it.
    }
  }

  /** What it told of has been read. */
  forget(/** @type {string} */ peer) {
    this.#shown.get(peer)?.close();
    this.#shown.delete(peer);
  }

  async #toggle() {
    const isOn = !this.isOn && (await this.#world.Notification.requestPermission()) === "granted";
    try {
      this.#world.localStorage.setItem(KEY, isOn ? "on" : "off");
    } catch {
      // Nothing is kept in this browser.
    }
    this.#draw();
  }

  get #stored() {
    try {
      return this.#world.localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  #draw() {
    this.#button.setAttribute("aria-pressed", String(this.isOn));
    this.#button.title = this.isOn ? "Notifications are on" : "Notify me of messages while I look elsewhere";
  }
}
