import { Message } from "./message.js";
import { clone } from "./template.js";
import { day } from "./words.js";

/** Nearer to the end than this many pixels counts as being there. */
const AT_END = 48;
/** Nearer to the beginning than this, earlier messages are asked for. */
const AT_BEGINNING = 600;
/** Messages of one speaker that are not further apart stand together. */
const TOGETHER = 5 * 60_000;

/** A conversation as it is seen: its entries as elements, in order, and where one has scrolled to. */
export class Log {
  element = clone("log-template");
  followsEnd = true;

  #conversation;
  #actions;
  /** @type {Map<object, { element: HTMLElement, message: Message | null }>} */
  #shown = new Map();
  #typing = clone("typing-template");
  #entries = this.element.querySelector(".entries");
  #top = this.element.querySelector(".beginning");
  #firstUnread = null;
  #isStill = false;
  #soon = null;
  #last = { top: 0, size: "" };
  #inView;
  #size;

  /**
   * @param {import("./conversation.js").Conversation} conversation
   * @param {object} actions of messages, and `earlier()`, which loads more, and `moved(hasMissed)`
   */
  constructor(conversation, actions) {
    this.#conversation = conversation;
    this.#actions = actions;
    const { element } = this;
    element.dataset.peer = conversation.peer;
    element.setAttribute("aria-label", `Messages with ${conversation.peer}`);
    this.#entries.append(this.#typing);
    element.addEventListener("scroll", () => this.#scrolled());
    // Pictures know their height late, and a phone's keyboard takes half of the window.
    for (const event of ["load", "loadedmetadata"]) element.addEventListener(event, () => this.#follow(), true);
    this.#inView = new IntersectionObserver((changes) => this.#cameIntoView(changes), { root: element, rootMargin: "400px" });
    this.#size = new ResizeObserver(() => this.#follow());
    this.#size.observe(element);
    for (const entry of conversation.entries) this.inserted(entry);
    conversation.view = this;
    this.loaded();
  }

  show() {
    this.element.hidden = false;
    const first = this.#conversation.firstUnread ?? null;
    if (first !== this.#firstUnread) this.#markUnread(first);
    this.#follow();
    this.#scrolled();
  }

  hide() {
    this.element.hidden = true;
  }

  /** Nobody will look at it again. */
  leave() {
    this.#inView.disconnect();
    this.#size.disconnect();
    for (const { message } of this.#shown.values()) message?.leave();
    this.#conversation.view = null;
    this.element.remove();
  }

  scrollToEnd() {
    this.followsEnd = true;
    this.#follow();
    this.#actions.moved(false);
  }

  showTyping(isTyping) {
    this.#typing.hidden = !isTyping;
    this.#follow();
  }

  // What the conversation tells

  inserted(entry) {
    const { entries } = this.#conversation;
    const index = entries.indexOf(entry);
    const message = entry.notice ? null : new Message(entry, this.#conversation.peer, this.#actions);
    const element = document.createElement("div");
    element.className = "entry";
    element.append(message?.element ?? noticeOf(entry));
    this.#shown.set(entry, { element, message });
    if (entries.length === 1) this.#drawTop();
    this.#entries.insertBefore(element, this.#shown.get(entries[index + 1])?.element ?? this.#typing);
    if (entry.file) this.#inView.observe(element);
    this.#arrange(index);
    this.#arrange(index + 1);
    const isLast = index === entries.length - 1;
    if (isLast && !this.#isStill && !this.element.hidden) element.dataset.isFresh = "";
    if (entry.mine && entry.state === "waiting" && isLast) this.scrollToEnd();
    else if (isLast && !this.followsEnd && !this.#conversation.isLoading) this.#actions.moved(true);
    this.#followSoon();
  }

  updated(entry) {
    this.#shown.get(entry)?.message?.update();
    this.#followSoon(); // a sentence may have come below it
  }

  removed(entry) {
    const shown = this.#shown.get(entry);
    shown?.message?.leave();
    shown?.element.remove();
    this.#shown.delete(entry);
    this.#last.top = 0; // what is below moves up, and nobody has scrolled
    this.#arrange(0);
  }

  /** Lets earlier messages be put in above without moving what is being read. */
  keepingPlace(change) {
    const { element } = this;
    // A screen reader is not to read out what was said long ago.
    element.setAttribute("aria-busy", "true");
    const last = this.#typing.previousElementSibling;
    const before = last.getBoundingClientRect().top;
    this.#isStill = true;
    change();
    this.#isStill = false;
    if (!this.followsEnd) element.scrollTop += last.getBoundingClientRect().top - before;
    requestAnimationFrame(() => element.setAttribute("aria-busy", "false"));
  }

  /** The history has come, or has not. */
  loaded() {
    this.#drawTop();
    this.#follow();
    if (this.#conversation.hasLoaded) this.#scrolled();
  }

  #drawTop() {
    const { hasMore, hasLoaded, entries } = this.#conversation;
    const begins = entries.length > 0 ? "Nothing earlier is kept" : "Nothing has been said yet";
    this.#top.textContent = hasMore ? "Earlier messages …" : begins;
    this.#top.hidden = hasMore && !hasLoaded;
  }

  #scrolled() {
    const { element } = this;
    const { scrollTop, clientHeight } = element;
    if (clientHeight === 0) return; // not shown
    const last = this.#last;
    this.#last = { top: scrollTop, size: `${element.clientWidth} ${clientHeight}` };
    // Only a person scrolls up. That a picture has moved the end on, or that the phone was turned, is no wish to stay
    // behind.
    if (element.scrollHeight - scrollTop - clientHeight < AT_END) this.followsEnd = true;
    else if (this.#last.size !== last.size) this.#follow();
    else if (scrollTop < last.top) this.followsEnd = false;
    if (this.followsEnd) this.#actions.moved(false);
    const { hasMore, isLoading, hasLoaded } = this.#conversation;
    if (hasMore && hasLoaded && !isLoading && scrollTop < AT_BEGINNING) this.#actions.earlier();
  }

  /** Once for all that comes until the next picture: each look at the height has the page laid out anew. */
  #followSoon() {
    this.#soon ??= requestAnimationFrame(() => {
      this.#soon = null;
      this.#follow();
    });
  }

  #follow() {
    if (this.followsEnd && !this.element.hidden && !this.#isStill) this.element.scrollTop = this.element.scrollHeight;
  }

  #cameIntoView(changes) {
    const seen = new Set(changes.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target));
    for (const { element, message } of this.#shown.values()) if (seen.has(element)) message.seen();
  }

  #markUnread(first) {
    const last = this.#firstUnread;
    this.#firstUnread = first;
    for (const entry of [last, first]) if (entry) this.#arrange(this.#conversation.entries.indexOf(entry));
  }

  /** Says above an entry what is new with it: the day, that it is unread, that another speaks. */
  #arrange(index) {
    const { entries } = this.#conversation;
    const entry = entries[index];
    const shown = this.#shown.get(entry);
    if (!shown) return;
    const before = entries[index - 1];
    const { element } = shown;
    for (const line of element.querySelectorAll(":scope > .line")) line.remove();
    const today = day(entry.at);
    const isNewDay = !before || day(before.at) !== today;
    const isUnread = entry === this.#firstUnread;
    if (isUnread) element.prepend(lineOf("New messages", "new"));
    if (isNewDay) element.prepend(lineOf(today, "day"));
    const isSame = !isNewDay && !isUnread && !before.notice && before.mine === entry.mine;
    element.dataset.place = isSame && entry.at - before.at < TOGETHER ? "follows" : "begins";
  }
}

function lineOf(words, kind) {
  const line = document.createElement("p");
  line.className = "line";
  line.dataset.kind = kind;
  const span = document.createElement("span");
  span.textContent = words;
  line.append(span);
  return line;
}

function noticeOf({ notice, text }) {
  const element = document.createElement("p");
  element.className = "notice";
  element.dataset.kind = notice;
  element.textContent = text;
  return element;
}
