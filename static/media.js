import { SNIFF_BYTES, sniff } from "./sniff.js";

/** The most bytes of media held by the page; beyond it the oldest is let go. */
const MOST_BYTES = 256 * 1024 * 1024;

const held = new Set();
let heldBytes = 0;

/**
 * A file in a conversation: shown when its first bytes say that it is safe, else offered as a download.
 *
 * It owns a blob URL, and therefore the bytes, until `release()`.
 */
export class Media {
  /** What it is called in a list: “Picture”, “Sound”, “Video” or “File”. */
  label;
  element;

  #url;
  #size;
  #name;

  /** @param description what a screen reader says, such as “from 6001” */
  static async from(blob, { name = null, description }) {
    const first = new Uint8Array(await blob.slice(0, SNIFF_BYTES).arrayBuffer());
    return new Media(blob, sniff(first), name, description);
  }

  constructor(blob, found, name, description) {
    // With this type a browser that is asked to open the address saves it instead.
    const type = found?.type ?? "application/octet-stream";
    this.#url = URL.createObjectURL(blob.slice(0, blob.size, type));
    this.#size = blob.size;
    this.#name = name ?? `sotto-${stamp(new Date())}.${found?.extension ?? "bin"}`;
    this.label = { image: "Picture", audio: "Sound", video: "Video" }[found?.kind] ?? "File";
    const says = `${this.label} ${description}${name ? `: ${name}` : ""}`;
    this.element = document.createElement("div");
    this.element.className = "media";
    this.element.dataset.kind = found?.kind ?? "download";
    this.element.append(found ? this.#player(found.kind, says) : this.#download(name ?? says));
    hold(this);
  }

  get size() {
    return this.#size;
  }

  /** Lets the bytes go; whoever looks at the conversation is told. */
  release() {
    if (!held.delete(this)) return;
    heldBytes -= this.#size;
    URL.revokeObjectURL(this.#url);
    const note = clone("text-template");
    note.textContent = `${this.label} (${inWords(this.#size)}), no longer held by this page`;
    this.element.dataset.kind = "released";
    this.element.replaceChildren(note);
  }

  #player(kind, says) {
    const part = clone(`${kind}-template`);
    const player = kind === "image" ? part.querySelector("img") : part;
    if (kind === "image") {
      player.alt = says;
      part.setAttribute("aria-label", `${says}. Show it large`);
    } else {
      player.setAttribute("aria-label", says);
    }
    // The first bytes promised more than this browser can show.
    player.addEventListener("error", () => this.#fallBack(says), { once: true });
    player.src = this.#url;
    return part;
  }

  #fallBack(says) {
    if (!held.has(this)) return;
    this.element.dataset.kind = "download";
    this.element.replaceChildren(this.#download(says));
  }

  #download(title) {
    const link = clone("download-template");
    link.href = this.#url;
    link.download = this.#name;
    link.querySelector(".file-name").textContent = title;
    link.querySelector(".file-size").textContent = `${inWords(this.#size)} · save`;
    return link;
  }
}

/** A copy of the one element in a template. */
export function clone(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}

/** A size as people say it. */
export function inWords(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ["KiB", "MiB", "GiB"];
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1).replace(".0", "")} ${units[power - 1]}`;
}

function hold(media) {
  held.add(media);
  heldBytes += media.size;
  for (const oldest of held) {
    if (heldBytes <= MOST_BYTES || oldest === media) break;
    oldest.release();
  }
}

function stamp(date) {
  return date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}
