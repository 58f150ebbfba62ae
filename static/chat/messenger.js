import { environment } from "../sotto/environment.js";
import { Archive } from "./archive.js";
import { Attachment } from "./attachment.js";
import { Book, MOST_PEOPLE } from "./book.js";
import { Conversation } from "./conversation.js";
import { Outgoing } from "./outgoing.js";
import { Typing } from "./typing.js";
import { gapNotice, leftNotice } from "./words.js";

/** Of so many people the newest messages are asked for at once, for their unread count; of the others when looked at. */
const MOST_GREETED = 50;

/**
 * The conversations of one person, on one connection: what comes goes into them, what they write goes out, and how far
 * each message has come is kept up to date.
 *
 * @typedef {object} Listener
 * @property {(detail: import("../sotto/connection.js").StateDetail) => void} state
 * @property {(conversation: Conversation) => void} added
 * @property {(conversation: Conversation) => void} changed
 * @property {(conversation: Conversation) => void} removed
 * @property {(conversation: Conversation, entry: object) => void} arrived a message of somebody else
 * @property {(sentence: string) => void} warn
 */
export class Messenger {
  /** Whose conversations these are. @type {string | null} */
  me = null;
  /** @type {Map<string, Conversation>} the one in which something was said last at the end */
  conversations = new Map();
  typing;
  outgoing;
  archive;

  #listener;
  #makeSotto;
  #storage;
  #clock;
  #sotto = null;
  #book = null;
  #log = null;

  /**
   * @param {Listener} listener
   * @param {(options: object) => import("../sotto.js").Sotto} makeSotto
   * @param {Storage | undefined} storage
   */
  constructor(listener, makeSotto, storage, clock = environment()) {
    this.#listener = listener;
    this.#makeSotto = makeSotto;
    this.#storage = storage;
    this.#clock = clock;
    const signal = (peer, typing) => this.#sotto?.signal(peer, { typing });
    this.typing = new Typing(signal, (peer, typing) => this.#typingHeard(peer, typing), clock);
    this.outgoing = new Outgoing(clock);
    this.archive = new Archive(listener.changed);
  }

  get isOpen() {
    return this.#sotto?.state === "open";
  }

  // The connection

  /** Connects; as somebody else than before, only with what is theirs. */
  connect(me, token) {
    this.disconnect();
    if (this.me !== me) {
      for (const peer of [...this.conversations.keys()]) this.#remove(peer);
      this.#log = null;
    }
    this.me = me;
    this.#book = new Book(me, this.#storage);
    const sotto = this.#makeSotto({ client: me, ...(token && { token: async () => token }) });
    this.#sotto = sotto;
    this.#listen(sotto);
    for (const peer of this.#book.people.reverse()) this.with(peer);
    sotto.watch(...this.conversations.keys());
    this.archive.begin(sotto, me);
    this.outgoing.begin(sotto, this.#book, (peer) => this.with(peer));
    sotto.connect().catch(() => {}); // `state` says it
  }

  disconnect() {
    this.typing.stopped();
    this.archive.end();
    this.outgoing.end();
    this.#sotto?.close();
    this.#sotto = null;
  }

  retryNow() {
    this.#sotto?.connect().catch(() => {});
  }

  // People

  /** The conversation with `peer`, made if there is none. */
  with(peer) {
    const known = this.conversations.get(peer);
    if (known) return known;
    const conversation = new Conversation(peer, this.#listener.changed);
    this.conversations.set(peer, conversation);
    this.#sotto?.watch(peer);
    this.#listener.added(conversation);
    if (this.conversations.size > MOST_PEOPLE) this.#remove(this.#quietest(conversation));
    return conversation;
  }

  /** Takes somebody off the list of this browser; what was said stays on the server for its time. */
  forget(peer) {
    this.#book?.forget(peer);
    this.#remove(peer);
  }

  /** A conversation was opened: its newest messages are needed. */
  open(peer) {
    const conversation = this.with(peer);
    this.#book?.met(peer);
    if (!conversation.hasLoaded) this.archive.load(conversation);
    return conversation;
  }

  /** Sends a text, or files. */
  send(peer, text) {
    this.typing.sent();
    const conversation = this.with(peer);
    this.outgoing.send(conversation, text);
    this.#touch(conversation);
  }

  sendFiles(peer, files) {
    const conversation = this.with(peer);
    for (const file of files) this.outgoing.sendFile(conversation, file);
    this.#touch(conversation);
  }

  /** All of it is in front of somebody's eyes. */
  read(conversation) {
    const id = conversation.markRead();
    if (id === null || !this.#sotto) return;
    this.#sotto.read(conversation.peer, id);
    // The protocol tells this to the sender only; one's own other devices want to know, too.
    this.#sotto.signal(this.me, { read: { peer: conversation.peer, id } });
  }

  // Coming in

  #listen(sotto) {
    const on = (type, handle) => sotto.addEventListener(type, ({ detail }) => sotto === this.#sotto && handle(detail));
    on("state", (detail) => this.#stateChanged(detail));
    on("welcome", (frame) => this.#welcomed(frame));
    on("message", (frame) => this.#arrived(frame.from, frame.from === this.me, frame));
    on("copy", (frame) => this.#arrived(frame.to, true, frame));
    on("delivered", ({ to, id }) => this.conversations.get(to)?.reached(id, "delivered"));
    on("read", ({ to, id }) => this.conversations.get(to)?.reached(id, "read"));
    on("signal", ({ from, data }) => this.#signalled(from, data));
    on("presence", ({ peer, online }) => this.#seen(peer, online));
    on("left", ({ peer, at, why }) => this.#notice(peer, "left", leftNotice(peer, why), at));
    on("gap", ({ from, count }) => this.#notice(from, "gap", gapNotice(count)));
    // What is said of a message or a question is said where it stands.
    on("error", ({ id, ref, message }) => id === undefined && ref === undefined && this.#listener.warn(message));
  }

  #stateChanged(detail) {
    if (detail.state === "closed") this.outgoing.end();
    if (detail.state !== "open") for (const { peer } of this.conversations.values()) this.#seen(peer, null);
    this.#listener.state(detail);
  }

  #welcomed({ log }) {
    const isNew = this.#log !== null && this.#log !== log;
    if (isNew) for (const conversation of this.conversations.values()) conversation.forgetLog();
    const isFirst = this.#log === null;
    this.#log = log;
    // What another device has read meanwhile is said by the history only.
    const latest = [...this.conversations.values()].reverse().slice(0, MOST_GREETED);
    for (const conversation of latest) {
      if (!isFirst && !conversation.view && conversation.unread === 0) continue;
      conversation.hasLoaded = false;
      this.archive.loadSoon(conversation);
    }
  }

  #arrived(peer, mine, frame) {
    const conversation = this.with(peer);
    const { id, seq, at, text, data, bytes } = frame;
    const file = bytes && Attachment.received(frame);
    const entry = conversation.add({ mine, id, seq, at, text, data, file, state: mine ? "sent" : "" });
    if (!entry) return;
    this.#touch(conversation);
    if (mine) return;
    this.typing.heard(peer, false);
    this.#listener.arrived(conversation, entry);
  }

  #signalled(from, data) {
    if (typeof data?.typing === "boolean" && this.conversations.has(from)) this.typing.heard(from, data.typing);
    if (from === this.me && typeof data?.read?.id === "string") {
      this.conversations.get(data.read.peer)?.markReadTo(data.read.id);
    }
  }

  #typingHeard(peer, typing) {
    const conversation = this.conversations.get(peer);
    if (!conversation || conversation.isTyping === typing) return;
    conversation.isTyping = typing;
    this.#listener.changed(conversation);
  }

  #seen(peer, online) {
    const conversation = this.conversations.get(peer);
    if (!conversation || conversation.online === online) return;
    conversation.online = online;
    if (!online) this.typing.heard(peer, false);
    this.#listener.changed(conversation);
  }

  #notice(peer, kind, text, at = this.#clock.now()) {
    this.conversations.get(peer)?.addNotice(kind, text, at);
  }

  #touch(conversation) {
    this.conversations.delete(conversation.peer);
    this.conversations.set(conversation.peer, conversation);
    this.#book?.met(conversation.peer);
    this.#listener.changed(conversation);
  }

  #quietest(except) {
    for (const [peer, conversation] of this.conversations) {
      if (conversation !== except && !conversation.view) return peer;
    }
    return except.peer;
  }

  #remove(peer) {
    const conversation = this.conversations.get(peer);
    if (!conversation) return;
    this.conversations.delete(peer);
    this.#sotto?.unwatch(peer);
    this.typing.heard(peer, false);
    for (const { file } of conversation.entries) file?.release();
    this.#listener.removed(conversation);
  }
}
