import { setUpComposer } from "./chat/composer.js";
import { idProblem } from "./chat/ids.js";
import { List } from "./chat/list.js";
import { Messenger } from "./chat/messenger.js";
import { Notifier } from "./chat/notifier.js";
import { Person, onValidId } from "./chat/person.js";
import { Room } from "./chat/room.js";
import { setUpViewer } from "./chat/viewer.js";
import { Sotto } from "./sotto.js";

/** Milliseconds. */
const DRAW_AFTER = 20;

const byId = (id) => document.getElementById(id);

/** Conversations that have changed since they were drawn. */
const stale = new Set();
const listener = { state: showState, added, changed, removed, arrived, warn };
const messenger = new Messenger(listener, (options) => new Sotto(options), localStorageOrNone());
const person = new Person({ connect, disconnect, retryNow: () => messenger.retryNow() });
const list = new List((peer) => open(peer));
const room = new Room({
  earlier: (conversation) => messenger.archive.load(conversation),
  retry: (conversation, entry) => messenger.outgoing.retry(conversation, entry),
  discard: (conversation, entry) => conversation.remove(entry),
  load: (conversation, entry) => messenger.archive.loadFile(conversation, entry),
  atEnd: read,
});
const notifier = new Notifier(byId("notify"), (peer) => open(peer));

onValidId("add-peer", "peer-id", (peer) => {
  byId("peer-id").value = "";
  open(peer);
});
setUpComposer({
  onText: (text) => messenger.send(room.current.peer, text),
  onFiles: (files) => messenger.sendFiles(room.current.peer, files),
  onTyping: (isTyping) => (isTyping ? messenger.typing.typed(room.current.peer) : messenger.typing.stopped()),
  isOpen: () => room.current !== null && messenger.me !== null,
});
setUpViewer();
byId("back").addEventListener("click", backToList);
byId("forget").addEventListener("click", forget);
byId("alert-dismiss").addEventListener("click", () => (byId("alert").hidden = true));
addEventListener("focus", read); // what came in while nobody looked is read by looking
document.addEventListener("visibilitychange", read);
addEventListener("beforeunload", (event) => {
  if (messenger.outgoing.isUnsafe) event.preventDefault(); // it would be lost with the page
});
begin();

/** `chat.html?id=1001&to=6001` connects as 1001 and opens the conversation with 6001; `#token=…` is for who needs one. */
function begin() {
  const { id, to } = Object.fromEntries(new URLSearchParams(location.search));
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  byId("token").value = token;
  showState({ state: "idle" });
  if (id) byId("client-id").value = id;
  if (id && idProblem(id) === null) connect(id, token);
  else if (id) byId("identity").requestSubmit(); // says what is wrong with it
  if (to && idProblem(to) === null) open(to);
  else (id ? byId("peer-id") : byId("client-id")).focus();
}

function connect(id, token) {
  const isSame = messenger.me === null || messenger.me === id;
  const peer = isSame ? room.current?.peer : undefined;
  messenger.connect(id, token);
  remember({ id });
  if (peer) open(peer);
  else byId("peer-id").focus();
}

function disconnect() {
  messenger.disconnect();
  remember({ id: null });
}

function open(peer) {
  const conversation = messenger.open(peer);
  if (room.current !== conversation) messenger.typing.stopped();
  const last = room.current;
  room.open(conversation);
  if (last && last !== conversation) changed(last);
  read();
  changed(conversation);
  drawStale();
  byId("message").focus();
  remember({ to: peer });
}

/** On a narrow screen the list and the conversation take turns. */
function backToList() {
  document.body.dataset.view = "list";
  list.focus(room.current?.peer);
}

function forget() {
  const { peer } = room.current;
  room.close();
  messenger.forget(peer);
  byId("peer-id").focus();
}

/** Whatever of the open conversation is in front of somebody's eyes has been read. */
function read() {
  if (!room.isLookedAt || room.current.view?.followsEnd === false) return;
  messenger.read(room.current);
  notifier.forget(room.current.peer);
}

/** Keeps the address in step, so that a reload comes back to the same place. */
function remember(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  history.replaceState(null, "", (query.size > 0 ? `?${query}` : location.pathname) + location.hash);
}

// What the messenger tells

function showState(detail) {
  person.show(detail, messenger.me);
  showHeld();
}

function added(conversation) {
  list.add(conversation);
  changed(conversation);
}

/** Many messages at a time are drawn in one go. */
function changed(conversation) {
  if (stale.size === 0) setTimeout(drawStale, DRAW_AFTER);
  stale.add(conversation);
}

function drawStale() {
  for (const conversation of stale) list.draw(conversation, conversation === room.current);
  if (stale.has(room.current)) room.draw(messenger.me);
  stale.clear();
  showTitle();
  showHeld();
}

function removed(conversation) {
  const wasOpen = room.current === conversation;
  room.forget(conversation);
  list.remove(conversation);
  stale.delete(conversation);
  if (wasOpen) remember({ to: null });
  showTitle();
}

function arrived(conversation, entry) {
  if (conversation === room.current) read();
  if (conversation.unread === 0) return;
  byId("announcer").textContent = `${conversation.peer}: ${conversation.unread} unread`;
  if (document.hidden || !document.hasFocus()) notifier.tell(conversation.peer, entry);
}

function showTitle() {
  const unread = [...messenger.conversations.values()].reduce((sum, conversation) => sum + conversation.unread, 0);
  const place = room.current ? `${room.current.peer} · Sotto` : "Sotto";
  document.title = unread > 0 ? `(${unread}) ${place}` : place;
}

/** Says that what is written without a connection is not lost. */
function showHeld() {
  const held = byId("held");
  const isOpen = messenger.isOpen;
  const count = messenger.outgoing.waiting;
  const waiting = { 0: "", 1: " One message waits." }[count] ?? ` ${count} messages wait.`;
  held.hidden = isOpen;
  held.dataset.count = count;
  const says =
    messenger.me === null
      ? "Choose an id and connect first."
      : `Not connected. What you write is kept in this page and sent once the connection is back.${waiting}`;
  if (held.textContent !== says) held.textContent = says;
  byId("composer").inert = messenger.me === null;
}

function warn(sentence) {
  byId("alert-text").textContent = sentence;
  byId("alert").hidden = false;
}

function localStorageOrNone() {
  try {
    return localStorage;
  } catch {
    return undefined; // the settings of the browser forbid it
  }
}
