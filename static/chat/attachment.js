import { SNIFF_BYTES, sniff } from "./sniff.js";

/** The most bytes of files held by the page; beyond it the oldest is let go, to be loaded again on demand. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_NAME_BYTES = 255;

const held = new Set();
const encoder = new TextEncoder();

/**
 * A file in a conversation: `here`, `away` (on the server), `loading` or `gone` (nowhere to be had).
 *
 * What it is, is said by its first bytes alone; its name and its declared type are the words of a stranger.
 */
export class Attachment {
  /** @type {"here" | "away" | "loading" | "gone"} */
  state = "away";
  /** @type {Blob | null} */
  blob = null;
  /** What its first bytes say that it is; null for what is only to be saved. */
  found = null;
  name;
  size;
  /** How much of it has left, of one's own that is on its way. */
  sent = 0;
  /** Called on each change. */
  changed = () => {};

  #claim;

  /** @param {{ name?: string, mime?: string, size: number }} description as somebody has written it */
  constructor({ name, mime, size }) {
    this.name = name ? shownName(name) : null;
    this.size = size;
    this.#claim = mime?.split("/")[0];
  }

  /** Of a message that has just come. */
  static received({ bytes, name, mime }) {
    const attachment = new Attachment({ name, mime, size: bytes.length });
    attachment.take(bytes);
    return attachment;
  }

  /** One's own, which stays where it is. */
  static chosen(/** @type {File} */ file) {
    const attachment = new Attachment({ name: file.name, mime: file.type, size: file.size });
    attachment.state = "loading";
    attachment.#look(file);
    return attachment;
  }

  /** “Picture”, “Sound”, “Video” or “File”; before its bytes are here, what is claimed. */
  get label() {
    const kind = this.blob ? this.found?.kind : this.#claim;
    return { image: "Picture", audio: "Sound", video: "Video" }[kind] ?? "File";
  }

  /** Its bytes have come. */
  take(/** @type {Uint8Array} */ bytes) {
    const found = sniff(bytes);
    this.#show(new Blob([bytes]), found);
    held.add(this);
    let sum = 0;
    for (const each of held) sum += each.size;
    for (const oldest of held) {
      if (sum <= MOST_BYTES || oldest === this) break;
      sum -= oldest.size;
      oldest.release();
    }
  }

  mark(/** @type {"away" | "loading" | "gone"} */ state) {
    this.state = state;
    this.changed();
  }

  /** Lets the bytes go. */
  release() {
    held.delete(this);
    this.blob = null;
    this.mark("away");
  }

  /** So much of it has left the browser. */
  progress(/** @type {number} */ share) {
    this.sent = share;
    this.changed();
  }

  async #look(file) {
    try {
      const first = await file.slice(0, SNIFF_BYTES).arrayBuffer();
      this.#show(file, sniff(new Uint8Array(first)));
    } catch {
      this.mark("gone"); // a folder, or nothing that can be read
    }
  }

  #show(blob, found) {
    this.size = blob.size;
    this.found = found;
    // With the last type a browser that is asked to open its address saves it instead.
    this.blob = blob.slice(0, blob.size, found?.type ?? "application/octet-stream");
    this.state = "here";
    this.changed();
  }
}

/** A file name as the server takes it. */
export function sentName(/** @type {string} */ name) {
  const clean = name.replace(/[\p{Cc}\p{Surrogate}/\\]/gu, "_");
  if (/^\.{0,2}$/.test(clean)) return undefined;
  if (encoder.encode(clean).length <= MOST_NAME_BYTES) return clean;
  const extension = /\.[a-z0-9]{1,8}$/i.exec(clean)?.[0] ?? "";
  let letters = [...clean.slice(0, clean.length - extension.length)];
  while (encoder.encode(letters.join("") + extension).length > MOST_NAME_BYTES) letters = letters.slice(0, -1);
  return letters.join("") + extension;
}

/** A media type as the server takes it. */
export function sentType(/** @type {string} */ type) {
  return /^[!-~]{1,127}$/.test(type) ? type : undefined;
}

/** A stranger's file name without what makes it look like another: marks that turn the direction of writing. */
function shownName(name) {
  return name.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]/gu, "").trim() || "file";
}
