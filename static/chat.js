import { setUpComposer } from "./composer.js";
import { Conversations } from "./conversations.js";
import { onValidId, setUpIdentity, showState } from "./identity.js";
import { Media, inWords } from "./media.js";
import { Outbox } from "./outbox.js";
import { FRAME_BYTES, binaryFrame, frameBytes, idProblem, parseBinary, parseText, textFrame } from "./protocol.js";
import { Connection } from "./socket.js";

const MESSAGE_TOO_BIG = 1009;

const byId = (id) => document.getElementById(id);

const connection = new Connection({ onState, onFrame, onLost });
const outbox = new Outbox(connection, showHeld);
const conversations = new Conversations((peer) => remember({ to: peer }));
let owner = null; // the id that the conversations belong to
let turn = Promise.resolve(); // files are read one after another, so that they keep their order

setUpIdentity({ connection, onConnect: connect, onDisconnect: disconnect });
onValidId("add-peer", "peer-id", (peer) => {
  byId("peer-id").value = "";
  conversations.open(peer);
});
setUpComposer({ onText: sendText, onFiles: sendFiles, isOpen: () => conversations.current !== null });
setUpViewer();
byId("alert-dismiss").addEventListener("click", () => (byId("alert").hidden = true));
addEventListener("beforeunload", (event) => {
  if (outbox.count > 0) event.preventDefault(); // what still waits would be lost
});
begin();

/** `chat.html?id=1001&to=6001` connects as 1001 and opens the conversation with 6001. */
function begin() {
  const { id, to } = Object.fromEntries(new URLSearchParams(location.search));
  showState({ state: "idle" });
  if (id) byId("client-id").value = id;
  if (id && idProblem(id) === null) connect(id);
  else if (id) byId("identity").requestSubmit(); // says what is wrong with it
  if (to && idProblem(to) === null) conversations.open(to);
  else (id ? byId("peer-id") : byId("client-id")).focus();
}

function connect(id) {
  if (owner !== null && owner !== id) {
    // Another person from here on: nothing of the last one's may be seen or sent.
    conversations.clear();
    outbox.clear();
  }
  owner = id;
  remember({ id });
  connection.connect(id);
}

function disconnect() {
  connection.disconnect();
  remember({ id: null });
}

/** Keeps the address in step, so that a reload comes back to the same place. */
function remember(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  history.replaceState(null, "", query.size > 0 ? `?${query}` : location.pathname);
}

function onState(detail) {
  showState(detail, connection.id);
  showHeld();
  if (detail.state === "open") outbox.flush();
  if (detail.state === "waiting" && !detail.opened) explainRefusal(detail);
}

/** A page is not told the HTTP status of a refused WebSocket; that the server answers at all says half of it. */
async function explainRefusal(detail) {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok || connection.state !== "waiting") return;
  const reason = "The server answers, but does not let this id connect (in use, not allowed, or too many connections)";
  showState({ ...detail, reason }, connection.id);
}

function onLost({ code, unsent }) {
  outbox.interrupted(unsent, code === MESSAGE_TOO_BIG);
  if (code === MESSAGE_TOO_BIG) warn("A message was larger than this server accepts, and was not delivered.");
}

function onFrame(data) {
  // In the same turn as files being read, as these take a moment and what follows must not overtake them.
  turn = turn
    .then(() => (typeof data === "string" ? receiveText(data) : receiveFile(data)))
    .catch(() => warn("A message could not be shown: this page has no room for it."));
}

function receiveText(frame) {
  const { kind, peer, text } = parseText(frame);
  if (kind === "error" || kind === "unknown") return warn(text.slice(0, 500));
  const conversation = conversations.with(peer);
  if (kind === "message") conversation.addText(text, { mine: false });
  else conversation.addNotice(noticeText(kind, peer), kind);
  conversations.touch(conversation, { unread: kind === "message" });
}

function noticeText(kind, peer) {
  if (kind === "left") return `${peer} left the chat`;
  return `${peer} is offline; the message is kept and will be delivered when they connect`;
}

async function receiveFile(buffer) {
  const parsed = parseBinary(buffer);
  if (!parsed) return;
  const media = await Media.from(new Blob([parsed.bytes]), { description: `from ${parsed.peer}` });
  const conversation = conversations.with(parsed.peer);
  conversation.addMedia(media, { mine: false });
  conversations.touch(conversation, { unread: true });
}

/** Answers whether the text was taken; if not, it stays in its field. */
function sendText(text) {
  const conversation = conversations.current;
  const frame = textFrame(conversation.peer, text);
  const problem = sizeProblem("This message", frame);
  if (problem) return warn(problem);
  outbox.add(frame, conversation.addText(text, { mine: true }));
  conversations.touch(conversation, { unread: false });
  return true;
}

function sendFiles(files) {
  const conversation = conversations.current;
  for (const file of files) {
    turn = turn
      .then(() => sendFile(file, conversation))
      .catch(() => warn(`“${file.name}” could not be read, so it was not sent. Folders cannot be sent.`));
  }
}

async function sendFile(file, conversation) {
  const { peer } = conversation;
  const problem = sizeProblem(`“${file.name}”`, binaryFrame(peer, file));
  if (problem) return warn(problem);
  // Read now: a file that changes later, or is gone, could not be sent any more.
  const bytes = new Blob([await file.arrayBuffer()]);
  const media = await Media.from(bytes, { name: file.name, description: `to ${peer}` });
  outbox.add(binaryFrame(peer, bytes), conversation.addMedia(media, { mine: true }));
  conversations.touch(conversation, { unread: false });
}

/** Why a frame cannot be sent, as a sentence; null if it can. */
function sizeProblem(what, frame) {
  const bytes = frameBytes(frame);
  if (bytes > FRAME_BYTES) {
    return `${what} is too large (${inWords(bytes)}): a message holds at most ${inWords(FRAME_BYTES)}, address included.`;
  }
  return outbox.hasRoom(bytes) ? null : `${what} was not taken: too much already waits to be sent.`;
}

/** Says that what is written without a connection is not lost. */
function showHeld() {
  const held = byId("held");
  held.hidden = connection.isOpen;
  const waiting = { 0: "", 1: " One message waits." }[outbox.count] ?? ` ${outbox.count} messages wait.`;
  held.textContent = `Not connected. What you write is kept in this page and sent once the connection is back.${waiting}`;
  held.dataset.count = outbox.count;
}

function warn(sentence) {
  byId("alert-text").textContent = sentence;
  byId("alert").hidden = false;
  return false;
}

function setUpViewer() {
  const viewer = byId("viewer");
  byId("logs").addEventListener("click", (event) => {
    const picture = event.target.closest(".picture")?.querySelector("img");
    if (!picture) return;
    byId("viewer-image").src = picture.src;
    byId("viewer-image").alt = picture.alt;
    viewer.showModal();
  });
  viewer.addEventListener("click", (event) => event.target !== byId("viewer-image") && viewer.close());
  viewer.addEventListener("close", () => byId("viewer-image").removeAttribute("src"));
}
