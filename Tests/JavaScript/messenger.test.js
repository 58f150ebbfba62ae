import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { MOST_PEOPLE } from "../../static/chat/book.js";
import { Messenger } from "../../static/chat/messenger.js";
import { World, message, settle } from "./world.js";

let world, storage;

beforeEach(() => {
  world = new World();
  storage = new Map();
});

/** Looks like `localStorage`, which has its keys as its own. */
function localStorageOf(map) {
  const methods = {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
  return new Proxy(methods, {
    ownKeys: () => [...map.keys()],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
}

/** A page: its messenger, and what the page was told. */
function page() {
  const told = { arrived: [], warned: [], states: [], removed: [] };
  const listener = {
    state: ({ state }) => told.states.push(state),
    added: () => {},
    changed: () => {},
    removed: ({ peer }) => told.removed.push(peer),
    arrived: (_, entry) => told.arrived.push(entry.text),
    warn: (sentence) => told.warned.push(sentence),
  };
  const messenger = new Messenger(listener, (options) => world.client(options), localStorageOf(storage), world);
  return Object.assign(messenger, { told });
}

async function connected(me = "1001") {
  const messenger = page();
  messenger.connect(me);
  await world.greet();
  return messenger;
}

async function reconnected(welcome = {}) {
  world.chance = 0;
  world.socket.end();
  await world.advance(0);
  await world.greet(welcome);
}

const texts = (messenger, peer) => messenger.conversations.get(peer).entries.map(({ text }) => text);
const states = (messenger, peer) => messenger.conversations.get(peer).entries.map(({ state }) => state);

function accept(frame, seq, state = "sent") {
  world.socket.say({ type: "accepted", id: frame.id, seq, at: seq, state });
}

describe("A message that is sent", () => {
  test("gets its ticks as the server tells of it", async () => {
    const messenger = await connected();
    messenger.send("6001", "hello");
    const [frame] = world.socket.of("send");
    assert.deepEqual([frame.to, frame.text, states(messenger, "6001")], ["6001", "hello", ["waiting"]]);
    const seen = [];
    accept(frame, 1, "kept");
    await settle();
    seen.push(...states(messenger, "6001"));
    world.socket.say({ type: "delivered", to: "6001", id: frame.id });
    seen.push(...states(messenger, "6001"));
    world.socket.say({ type: "read", to: "6001", id: frame.id });
    seen.push(...states(messenger, "6001"));
    assert.deepEqual(seen, ["kept", "delivered", "read"]);
  });

  test("and refused says why, and is sent again under the same id", async () => {
    const messenger = await connected();
    messenger.send("6001", "hello");
    const [{ id }] = world.socket.of("send");
    world.socket.say({ type: "error", code: "mailbox_full", message: "Their mailbox is full.", id });
    await settle();
    const conversation = messenger.with("6001");
    const [entry] = conversation.entries;
    assert.deepEqual([entry.state, entry.why, entry.isFinal], ["refused", "Their mailbox is full.", false]);
    assert.deepEqual(messenger.told.warned, []);
    messenger.outgoing.retry(conversation, entry);
    assert.deepEqual(world.socket.of("send").map((frame) => frame.id), [id, id]);
    accept({ id }, 1);
    await settle();
    assert.equal(entry.state, "sent");
  });

  test("and refused for good is not offered to be sent again", async () => {
    const messenger = await connected();
    messenger.send("6001", "hello");
    world.socket.say({ type: "error", code: "forbidden", message: "No.", id: world.socket.of("send")[0].id });
    await settle();
    assert.equal(messenger.with("6001").entries[0].isFinal, true);
  });

  test("without a connection waits for one", async () => {
    const messenger = await connected();
    world.socket.end();
    messenger.send("6001", "while away");
    assert.equal(messenger.outgoing.waiting, 1);
    await world.advance(60_000);
    await world.greet();
    accept(world.socket.of("send")[0], 1);
    await settle();
    assert.deepEqual([messenger.outgoing.waiting, states(messenger, "6001")], [0, ["sent"]]);
  });

  test("and not answered before the page was closed goes out with the next page, under the same id", async () => {
    const first = await connected();
    first.send("6001", "one");
    first.send("6001", "two");
    first.send("7001", "three");
    const ids = world.socket.of("send").map(({ id }) => id);
    accept({ id: ids[0] }, 1);
    await settle();
    world.socket.end(); // the page is closed
    const second = await connected();
    assert.deepEqual(world.socket.of("send").map(({ id, text }) => [id, text]), [[ids[1], "two"], [ids[2], "three"]]);
    accept({ id: ids[1] }, 2);
    accept({ id: ids[2] }, 3);
    await settle();
    assert.deepEqual(states(second, "6001"), ["sent"]);
    assert.deepEqual([...storage.keys()].filter((key) => key.includes("unsent")), []);
  });

  test("and left behind by a disconnect goes out when the same person comes back, and by nobody else", async () => {
    const messenger = await connected();
    world.socket.send = () => {};
    messenger.send("6001", "left behind");
    messenger.disconnect();
    await settle();
    assert.deepEqual(states(messenger, "6001"), ["waiting"]);
    messenger.connect("1002");
    await world.greet({ client: "1002" });
    assert.deepEqual([world.socket.of("send"), messenger.told.removed], [[], ["6001"]]);
    messenger.connect("1001");
    await world.greet();
    assert.deepEqual(world.socket.of("send").map(({ text }) => text), ["left behind"]);
  });

  test("is marked when a new store knows nothing of it", async () => {
    const messenger = await connected();
    messenger.send("6001", "hello");
    accept(world.socket.of("send")[0], 1, "kept");
    await settle();
    await reconnected({ log: "log-b" });
    assert.deepEqual(states(messenger, "6001"), ["unknown"]);
  });
});

describe("A message that comes", () => {
  test("is unread until it is looked at; then the sender and one's other devices are told", async () => {
    const messenger = await connected();
    world.socket.say(message(1));
    world.socket.say(message(2));
    const conversation = messenger.conversations.get("6001");
    assert.deepEqual([conversation.unread, messenger.told.arrived], [2, ["text 1", "text 2"]]);
    messenger.read(conversation);
    messenger.read(conversation);
    assert.deepEqual(world.socket.of("read"), [{ type: "read", to: "6001", id: "m2" }]);
    assert.deepEqual(world.socket.of("signal"), [
      { type: "signal", to: "1001", data: { read: { peer: "6001", id: "m2" } } },
    ]);
  });

  test("and was read on another device is read here, too", async () => {
    const messenger = await connected();
    world.socket.say(message(1));
    const signal = { type: "signal", data: { read: { peer: "6001", id: "m1" } } };
    world.socket.say({ ...signal, from: "6001" }); // a stranger has no say in it
    assert.equal(messenger.conversations.get("6001").unread, 1);
    world.socket.say({ ...signal, from: "1001" });
    assert.equal(messenger.conversations.get("6001").unread, 0);
  });

  test("of one's own from another device stands among one's own", async () => {
    const messenger = await connected();
    world.socket.say({ type: "copy", to: "6001", id: "c", seq: 1, at: 1, text: "by phone" });
    world.socket.say({ type: "delivered", to: "6001", id: "c" });
    const [entry] = messenger.conversations.get("6001").entries;
    assert.deepEqual([entry.mine, entry.state, messenger.told.arrived], [true, "delivered", []]);
  });

  test("from oneself stands there once", async () => {
    const messenger = await connected();
    messenger.send("1001", "note");
    const [{ id }] = world.socket.of("send");
    world.socket.say({ type: "message", from: "1001", id, seq: 1, at: 1, text: "note" });
    accept({ id }, 1);
    await settle();
    assert.deepEqual([texts(messenger, "1001"), messenger.conversations.get("1001").unread], [["note"], 0]);
  });

  test("makes its sender known to the next page, the latest first", async () => {
    const first = await connected();
    for (const [seq, from] of [[1, "a"], [2, "b"], [3, "a"]]) world.socket.say({ ...message(seq), from });
    assert.deepEqual([...first.conversations.keys()], ["b", "a"]);
    const second = await connected();
    assert.deepEqual([...second.conversations.keys()], ["b", "a"]);
    assert.deepEqual(world.socket.of("watch").flatMap(({ peers }) => peers).sort(), ["a", "b"]);
    second.forget("a");
    assert.deepEqual([...(await connected()).conversations.keys()], ["b"]);
  });

  test("from ever more strangers makes a bounded number of conversations, the quietest go", async () => {
    const messenger = await connected();
    for (let index = 0; index <= MOST_PEOPLE; index++) world.socket.say({ ...message(index + 1), from: `s${index}` });
    assert.equal(messenger.conversations.size, MOST_PEOPLE);
    assert.ok(!messenger.conversations.has("s0"));
    assert.equal((await connected()).conversations.size, MOST_PEOPLE);
  });
});

describe("The history", () => {
  const answer = (messages, more = false) => {
    const { ref, peer } = world.socket.of("history").at(-1);
    world.socket.say({ type: "history", ref, peer, messages, more });
    return settle();
  };
  const past = (seq, rest = {}) => ({ from: "6001", to: "1001", id: `m${seq}`, seq, at: seq, text: `text ${seq}`, ...rest });

  test("is asked for when a conversation is opened, and page by page", async () => {
    const messenger = await connected();
    const conversation = messenger.open("6001");
    await answer([past(9), past(8, { from: "1001", to: "6001", state: "accepted" })], true);
    assert.deepEqual([texts(messenger, "6001"), states(messenger, "6001")], [["text 8", "text 9"], ["sent", ""]]);
    messenger.archive.load(conversation);
    messenger.archive.load(conversation); // one at a time
    assert.deepEqual(world.socket.of("history").map(({ before }) => before), [undefined, 8]);
    await answer([past(3)]);
    assert.deepEqual([texts(messenger, "6001"), conversation.hasMore], [["text 3", "text 8", "text 9"], false]);
  });

  test("tells the unread counts of those known from before", async () => {
    await connected();
    world.socket.say(message(1));
    const messenger = await connected();
    await answer([past(2, { state: "delivered" }), past(1, { state: "read" })]);
    assert.equal(messenger.conversations.get("6001").unread, 1);
  });

  test("is asked again after a loss, for what another device has read meanwhile", async () => {
    const messenger = await connected();
    world.socket.say(message(1));
    await reconnected();
    assert.deepEqual(world.socket.of("history").map(({ peer }) => peer), ["6001"]);
    await answer([past(1, { state: "read" })]);
    assert.equal(messenger.conversations.get("6001").unread, 0);
  });

  test("names files, whose bytes are fetched when they are wanted", async () => {
    const messenger = await connected();
    messenger.open("6001");
    await answer([past(5, { text: undefined, binary: { size: 3, mime: "image/png", name: "cat.png" } })]);
    const conversation = messenger.conversations.get("6001");
    const [entry] = conversation.entries;
    assert.deepEqual([entry.file.state, entry.file.label, entry.file.name], ["away", "Picture", "cat.png"]);
    messenger.archive.loadFile(conversation, entry);
    messenger.archive.loadFile(conversation, entry);
    const [{ ref, seq }] = world.socket.of("fetch");
    assert.deepEqual([seq, world.socket.of("fetch").length, entry.file.state], [5, 1, "loading"]);
    world.socket.sayBinary({ type: "message", from: "6001", id: "m5", seq: 5, ref }, [1, 2, 3]);
    await settle();
    assert.deepEqual([entry.file.state, entry.file.blob.size], ["here", 3]);
  });

  test("names files that the server has no more", async () => {
    const messenger = await connected();
    messenger.open("6001");
    await answer([past(5, { text: undefined, binary: { size: 3 } })]);
    const conversation = messenger.conversations.get("6001");
    const [entry] = conversation.entries;
    messenger.archive.loadFile(conversation, entry);
    const [{ ref }] = world.socket.of("fetch");
    world.socket.say({ type: "error", code: "bad_request", message: "There is no such message.", ref });
    await settle();
    assert.deepEqual([entry.file.state, messenger.told.warned], ["gone", []]);
  });
});

describe("The other", () => {
  const signal = (typing, from = "6001") => world.socket.say({ type: "signal", from, data: { typing } });

  test("is seen coming and going, as long as there is a connection to see by", async () => {
    const messenger = await connected();
    const conversation = messenger.with("6001");
    const seen = [conversation.online];
    for (const online of [true, false, true]) {
      world.socket.say({ type: "presence", peer: "6001", online });
      seen.push(conversation.online);
    }
    world.socket.end();
    seen.push(conversation.online);
    assert.deepEqual(seen, [null, true, false, true, null]);
  });

  test("is typing until they say something, stop, leave, or nothing is heard of it", async () => {
    const messenger = await connected();
    const conversation = messenger.with("6001");
    const ends = [
      () => world.socket.say(message(1)),
      () => signal(false),
      () => world.socket.say({ type: "presence", peer: "6001", online: false }),
      () => world.advance(7_000),
    ];
    for (const end of ends) {
      world.socket.say({ type: "presence", peer: "6001", online: true });
      signal(true);
      assert.equal(conversation.isTyping, true);
      await end();
      assert.equal(conversation.isTyping, false);
    }
  });

  test("and what they type is nothing while there is no conversation with them", async () => {
    const messenger = await connected();
    signal(true, "stranger");
    world.socket.say({ type: "signal", from: "6001", data: null });
    assert.equal(messenger.conversations.size, 0);
  });

  test("is told of one's own typing, seldom, and of its end", async () => {
    const messenger = await connected();
    messenger.with("6001");
    const told = () => world.socket.of("signal").map(({ data }) => data.typing);
    for (let key = 0; key < 6; key++) {
      messenger.typing.typed("6001");
      await world.advance(700);
    }
    assert.deepEqual(told(), [true, true]);
    await world.advance(5_000);
    assert.deepEqual(told(), [true, true, false]);
    messenger.typing.typed("6001");
    messenger.send("6001", "done"); // says it itself
    await world.advance(5_000);
    assert.deepEqual(told(), [true, true, false, true]);
    messenger.typing.typed("6001");
    messenger.typing.typed("7001");
    assert.deepEqual(world.socket.of("signal").slice(-3).map(({ to, data }) => [to, data.typing]), [
      ["6001", true],
      ["6001", false],
      ["7001", true],
    ]);
  });

  test("that leaves is told of in the conversation with them", async () => {
    const messenger = await connected();
    world.socket.say(message(1));
    world.socket.say({ type: "left", peer: "6001", at: 5, why: "lost", after: 14_000 });
    world.socket.say({ type: "left", peer: "somebody else", at: 5, why: "closed", after: 0 });
    assert.deepEqual(texts(messenger, "6001"), ["text 1", "6001 left the chat: the connection was lost"]);
    assert.equal(messenger.conversations.size, 1);
  });
});

test("A browser that keeps nothing loses nothing but what the page would lose", async () => {
  const broken = () => {
    throw new Error("not allowed");
  };
  const messenger = page();
  const bare = new Messenger(
    { state() {}, added() {}, changed() {}, removed() {}, arrived() {}, warn() {} },
    (options) => world.client(options),
    { getItem: broken, setItem: broken, removeItem: broken },
    world,
  );
  bare.connect("1001");
  await world.greet();
  bare.send("6001", "hello");
  assert.equal(bare.outgoing.isUnsafe, true);
  accept(world.socket.of("send")[0], 1);
  await settle();
  assert.equal(bare.outgoing.isUnsafe, false);
  assert.equal(messenger.outgoing.isUnsafe, false);
});
