import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { World, message, settle } from "./world.js";

const texts = (sotto) => sotto.told("message").map(({ text }) => text);
const told = (socket) => socket.of("received").map(({ seq }) => seq);

/** The page is loaded anew, with what the last one has written down. */
async function reloaded(world, options = {}, welcome = {}) {
  return world.connected(options, welcome);
}

describe("A message that comes", () => {
  test("is handed to the application as the server said it", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say({ ...message(1), again: true });
    world.socket.say({ type: "message", from: "6001", id: "d", seq: 2, at: 5, data: { a: [1] } });
    world.socket.sayBinary({ type: "message", from: "6001", id: "b", seq: 3, at: 5, mime: "image/png", name: "ü.png" }, [0, 255]);
    const [text, data, file] = sotto.told("message");
    assert.deepEqual(text, { ...message(1), again: true });
    assert.deepEqual(data.data, { a: [1] });
    assert.ok(file.bytes instanceof Uint8Array);
    assert.deepEqual([file.from, file.mime, file.name, [...file.bytes]], ["6001", "image/png", "ü.png", [0, 255]]);
  });

  test("is told as received once it is processed, those of a moment together", async () => {
    const world = new World();
    await world.connected();
    for (let seq = 1; seq <= 5; seq++) world.socket.say(message(seq));
    await world.advance(49);
    assert.deepEqual(told(world.socket), []);
    await world.advance(1);
    assert.deepEqual(world.socket.of("received"), [{ type: "received", log: "log-a", seq: 5 }]);
    await world.advance(5_000);
    assert.deepEqual(told(world.socket), [5], "once");
    world.socket.say(message(9));
    await world.advance(50);
    assert.deepEqual(told(world.socket), [5, 9]);
  });

  test("is told as received at once after a hundred", async () => {
    const world = new World();
    await world.connected();
    for (let seq = 1; seq <= 99; seq++) world.socket.say(message(seq));
    await settle();
    assert.deepEqual(told(world.socket), []);
    world.socket.say(message(100));
    await settle();
    assert.deepEqual(told(world.socket), [100]);
  });

  test("is told as received only when it is written down", async () => {
    const world = new World();
    const saves = [];
    world.storage.save = () => new Promise((resolve) => saves.push(resolve));
    await world.connected();
    saves.pop()?.(); // the name of the log
    await settle();
    world.socket.say(message(1));
    world.socket.say(message(2));
    await world.advance(1_000);
    assert.deepEqual(told(world.socket), []);
    assert.equal(saves.length, 1);
    saves.pop()();
    await world.advance(50);
    assert.deepEqual(told(world.socket), [1], "what has come while it was being written is written next");
    saves.pop()();
    await world.advance(50);
    assert.deepEqual(told(world.socket), [1, 2]);
  });

  test("counts as processed when the application has finished with it, and the next one waits", async () => {
    const world = new World();
    const sotto = await world.connected();
    const work = [];
    sotto.addEventListener("message", (event) => event.waitUntil(new Promise((resolve) => work.push(resolve))));
    world.socket.say(message(1));
    world.socket.say(message(2));
    await world.advance(1_000);
    assert.deepEqual(texts(sotto), ["text 1"]);
    assert.deepEqual(told(world.socket), []);
    work[0]();
    await world.advance(50);
    assert.deepEqual(texts(sotto), ["text 1", "text 2"]);
    assert.deepEqual(told(world.socket), [1]);
    work[1]();
    await world.advance(50);
    assert.deepEqual(told(world.socket), [1, 2]);
  });

  test("waits for the work of all listeners", async () => {
    const world = new World();
    const sotto = await world.connected();
    const work = [];
    for (let listener = 0; listener < 2; listener++) {
      sotto.addEventListener("message", (event) => event.waitUntil(new Promise((resolve) => work.push(resolve))));
    }
    world.socket.say(message(1));
    work[0]();
    await world.advance(100);
    assert.deepEqual(told(world.socket), []);
    work[1]();
    await world.advance(100);
    assert.deepEqual(told(world.socket), [1]);
  });

  test("that the application cannot process is reported, and counts as processed", async () => {
    const world = new World();
    const sotto = await world.connected();
    sotto.addEventListener("message", (event) => event.waitUntil(Promise.reject(new Error("no room"))), { once: true });
    world.socket.say(message(1));
    world.socket.say(message(2));
    await world.advance(50);
    assert.deepEqual([sotto.last("error").code, sotto.last("error").id], ["handler", "m1"]);
    assert.match(sotto.last("error").message, /no room/);
    assert.deepEqual(texts(sotto), ["text 1", "text 2"]);
    assert.deepEqual(told(world.socket), [2]);
  });

  test("takes no work once its event is over", async () => {
    const world = new World();
    const sotto = await world.connected();
    let event;
    sotto.addEventListener("message", (each) => (event = each));
    world.socket.say(message(1));
    assert.throws(() => event.waitUntil(Promise.resolve()), /while the event is being handled/);
  });

  test("is followed by nothing more of the backlog after close()", async () => {
    const world = new World();
    const sotto = await world.connected();
    sotto.addEventListener("message", () => sotto.close());
    world.socket.say(message(1));
    assert.deepEqual(texts(sotto), ["text 1"]);
    assert.equal(sotto.state, "closed");
  });

  test("processed and written down is still told by close()", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say(message(1));
    await settle();
    sotto.close();
    assert.deepEqual(told(world.socket), [1]);
  });
});

test("What close() finds processed is written down, though something is being written", async () => {
  const world = new World();
  const sotto = await world.connected();
  const saved = [];
  world.storage.save = (address, change) => new Promise(() => saved.push(change));
  for (const seq of [1, 2, 3]) world.socket.say(message(seq));
  sotto.close();
  assert.deepEqual(saved.map(({ seq }) => seq), [1, 3]);
  assert.deepEqual([...saved[1].seen.keys()], ["m/6001/m2", "m/6001/m3"]);
});

describe("Exactly once", () => {
  test("the same from and id is one message, whatever its seq", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say(message(1, "a"));
    world.socket.say(message(1, "a"));
    world.socket.say(message(1_001, "a"));
    await world.advance(50);
    assert.deepEqual(texts(sotto), ["text 1"]);
    assert.deepEqual(told(world.socket), [1_001], "the newer seq counts as received, too");
  });

  test("the same seq is not the same message, nor is the same id of another", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say(message(1, "a", "one"));
    world.socket.say(message(1, "b", "two"));
    world.socket.say({ ...message(2, "a", "three"), from: "7001" });
    world.socket.say({ type: "copy", to: "6001", id: "a", seq: 3, at: 1, text: "mine" });
    assert.deepEqual(texts(sotto), ["one", "two", "three"]);
    assert.equal(sotto.told("copy").length, 1);
  });

  test("what comes again after a reconnect is not handed over again", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say(message(1));
    world.socket.say(message(2));
    world.socket.end();
    await world.advance(500);
    await world.greet();
    for (const seq of [1, 2, 3]) world.socket.say({ ...message(seq), again: true });
    assert.deepEqual(texts(sotto), ["text 1", "text 2", "text 3"]);
  });

  test("the next connection says from where on, and again what was processed", async () => {
    const world = new World();
    await world.connected({ url: "ws://server/ws/1001?a=b" });
    world.socket.say(message(41));
    await settle();
    world.socket.end(); // before it was told
    assert.deepEqual(told(world.socket), []);
    await world.advance(500);
    assert.equal(world.socket.url, "ws://server/ws/1001?a=b&since=41");
    await world.greet();
    assert.deepEqual(world.socket.sent[0], { type: "received", log: "log-a", seq: 41 });
  });

  test("what is still being processed comes once, though it comes again", async () => {
    const world = new World();
    const sotto = await world.connected();
    const work = [];
    sotto.addEventListener("message", (event) => event.waitUntil(new Promise((resolve) => work.push(resolve))));
    world.socket.say(message(1));
    world.socket.say(message(2));
    world.socket.end();
    await world.advance(500);
    assert.equal(world.socket.url, "ws://server/ws/1001", "nothing is processed yet");
    await world.greet();
    world.socket.say(message(1));
    world.socket.say(message(2));
    world.socket.say(message(3));
    for (let turn = 0; turn < 3; turn++) {
      await settle();
      work.shift()();
    }
    await world.advance(50);
    assert.deepEqual(texts(sotto), ["text 1", "text 2", "text 3"]);
    assert.equal(work.length, 0);
    assert.deepEqual(told(world.socket), [3]);
  });

  test("a duplicate does not count what waits before it as received", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say(message(1, "a"));
    await world.advance(50);
    let finish;
    sotto.addEventListener("message", (event) => event.waitUntil(new Promise((resolve) => (finish = resolve))));
    world.socket.say(message(2, "b"));
    world.socket.say(message(1_000, "a"));
    await world.advance(100);
    assert.deepEqual(told(world.socket), [1]);
    finish();
    await world.advance(100);
    assert.deepEqual(told(world.socket), [1, 1_000]);
  });

  test("what was processed is known after a reload", async () => {
    const world = new World();
    await world.connected();
    world.socket.say(message(1));
    world.socket.say(message(2));
    await settle();
    const sotto = await reloaded(world);
    assert.equal(world.socket.url, "ws://server/ws/1001?since=2");
    world.socket.say(message(2));
    world.socket.say(message(1_002, "m2"));
    world.socket.say(message(1_003));
    assert.deepEqual(texts(sotto), ["text 1003"]);
  });

  test("what was handed over and not processed comes again after a reload", async () => {
    const world = new World();
    const first = await world.connected();
    first.addEventListener("message", (event) => event.waitUntil(new Promise(() => {})));
    world.socket.say(message(1));
    await settle();
    const second = await reloaded(world);
    assert.equal(world.socket.url, "ws://server/ws/1001");
    world.socket.say(message(1));
    assert.deepEqual(texts(second), ["text 1"]);
  });

  test("two tabs process for themselves", async () => {
    const world = new World();
    const other = new World();
    const one = await world.connected();
    const two = await other.connected();
    for (const socket of [world.socket, other.socket]) socket.say(message(1));
    assert.deepEqual([texts(one), texts(two)], [["text 1"], ["text 1"]]);
  });

  test("an id is forgotten when the server forgets it, not earlier", async () => {
    const limits = { message: 1_000, rate: 0, dedup: 60_000 };
    for (const [age, times] of [[60_000, 1], [60_001, 2]]) {
      const world = new World();
      const sotto = await world.connected({}, { limits, heartbeat: { interval: 600_000 } });
      world.socket.say(message(1, "a"));
      await world.advance(age);
      world.socket.say(message(2, "b"));
      world.socket.say(message(3, "a"));
      assert.equal(texts(sotto).filter((text) => text !== "text 2").length, times, `${age} ms old`);
      await settle();
      assert.equal(world.storage.records.get("ws://server/ws/1001").seen.size, 2);
    }
  });

  test("the last 20,000 ids are remembered, and the storage holds no more", async () => {
    const world = new World();
    const sotto = await world.connected();
    for (let seq = 1; seq <= 20_000; seq++) world.socket.say(message(seq));
    world.socket.say(message(20_001, "m1", "the first again"));
    assert.equal(texts(sotto).length, 20_000);
    world.socket.say(message(20_002));
    world.socket.say(message(20_003, "m1", "forgotten by now"));
    assert.equal(texts(sotto).at(-1), "forgotten by now");
    await world.advance(50);
    assert.equal(world.storage.records.get("ws://server/ws/1001").seen.size, 20_000);
  });

  test("one's own message is no copy in the tab that sent it, before and after it was accepted, and after a reload", async () => {
    const world = new World();
    const sotto = await world.connected();
    sotto.send("6001", "mine", { id: "own" });
    const copy = (seq, id) => ({ type: "copy", to: "6001", id, seq, at: 1, text: id });
    world.socket.say(copy(1, "own"));
    world.socket.say({ type: "accepted", id: "own", seq: 1, at: 1, state: "sent" });
    world.socket.say(copy(1, "own"));
    world.socket.say(copy(2, "of another device"));
    assert.deepEqual(sotto.told("copy").map(({ id }) => id), ["of another device"]);
    await world.advance(50);
    assert.deepEqual(told(world.socket), [2], "a copy is in the log like a message");
    const next = await reloaded(world);
    world.socket.say(copy(1, "own"));
    assert.deepEqual(next.told("copy"), []);
  });

  test("a message to oneself comes in all tabs, that which sent it included", async () => {
    const world = new World();
    const sotto = await world.connected();
    sotto.send("1001", "note", { id: "n" });
    world.socket.say({ type: "accepted", id: "n", seq: 1, at: 1, state: "sent" });
    world.socket.say({ ...message(1, "n", "note"), from: "1001" });
    assert.deepEqual(texts(sotto), ["note"]);
  });
});

describe("A new store of the server", () => {
  test("makes the remembered seq worthless: a connection made with it is made again without", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say(message(500, "a"));
    await world.advance(50);
    world.socket.end();
    await world.advance(500);
    await world.greet({ log: "log-b" });
    assert.equal(world.socket.closedWith, 1000);
    await world.advance(0);
    assert.equal(world.sockets.length, 3);
    assert.equal(world.socket.url, "ws://server/ws/1001");
    await world.greet({ log: "log-b" });
    assert.equal(sotto.state, "open");
    assert.equal(sotto.told("welcome").length, 2, "the one in between was no good");
    world.socket.say(message(3, "a"));
    world.socket.say(message(4, "b"));
    await world.advance(50);
    assert.deepEqual(texts(sotto), ["text 500", "text 4"], "ids are remembered");
    assert.deepEqual(world.socket.of("received"), [{ type: "received", log: "log-b", seq: 4 }]);
  });

  test("is noticed after a reload as well", async () => {
    const world = new World();
    await world.connected();
    world.socket.say(message(500, "a"));
    await settle();
    const sotto = await reloaded(world, {}, { log: "log-b" });
    await world.advance(0);
    await world.greet({ log: "log-b" });
    assert.equal(world.socket.url, "ws://server/ws/1001");
    assert.equal(sotto.state, "open");
    assert.deepEqual(world.socket.sent, []);
  });

  test("is not told a seq of the old one, though what it belongs to is processed later", async () => {
    const world = new World();
    const sotto = await world.connected();
    let finish;
    sotto.addEventListener("message", (event) => event.waitUntil(new Promise((resolve) => (finish = resolve))));
    world.socket.say(message(500, "a"));
    world.socket.end();
    await world.advance(500);
    await world.greet({ log: "log-b" });
    finish();
    await world.advance(100);
    assert.deepEqual(world.socket.of("received"), []);
    world.socket.say(message(3, "b"));
    finish();
    await world.advance(100);
    assert.deepEqual(world.socket.of("received"), [{ type: "received", log: "log-b", seq: 3 }]);
  });

  test("is not told a seq of the old one that is being written down meanwhile", async () => {
    const world = new World();
    await world.connected();
    const saves = [];
    world.storage.save = () => new Promise((resolve) => saves.push(resolve));
    world.socket.say(message(500, "a"));
    for (let turn = 0; turn < 2; turn++) {
      world.socket.end();
      await world.advance(1_000);
      await world.greet({ log: "log-b" });
    }
    assert.equal(saves.length, 1);
    for (let turn = 0; turn < 3; turn++) {
      saves.shift()?.();
      await world.advance(100);
    }
    assert.deepEqual(world.sockets.flatMap((socket) => socket.of("received")), []);
  });
});

describe("More than the application can take", () => {
  test("ten thousand messages wait; past them the connection waits until it has caught up", async () => {
    const world = new World();
    const sotto = await world.connected();
    let finish;
    const hold = (event) => event.waitUntil(new Promise((resolve) => (finish = resolve)));
    sotto.addEventListener("message", hold);
    for (let seq = 1; seq <= 10_001; seq++) world.socket.say(message(seq));
    assert.equal(sotto.state, "open");
    world.socket.say(message(10_002));
    assert.equal(sotto.state, "waiting");
    assert.match(sotto.last("state").why, /more messages/i);
    world.happen("online");
    await world.advance(60_000);
    assert.equal(world.sockets.length, 1);
    sotto.removeEventListener("message", hold);
    finish();
    await settle();
    assert.equal(texts(sotto).length, 10_001);
    assert.equal(world.sockets.length, 2);
    assert.match(world.socket.url, /since=10001$/);
    await world.greet();
    world.socket.say(message(10_002));
    assert.equal(texts(sotto).at(-1), "text 10002");
  });

  for (const kind of ["bytes", "text", "data"]) {
    test(`64 MiB of ${kind} wait`, async () => {
      const world = new World();
      const sotto = await world.connected();
      sotto.addEventListener("message", (event) => event.waitUntil(new Promise(() => {})));
      const size = 32 * 1024 * 1024;
      for (let seq = 1; seq <= 3; seq++) {
        const header = { type: "message", from: "6001", id: `b${seq}`, seq };
        if (kind === "bytes") world.socket.sayBinary(header, new Uint8Array(size));
        else world.socket.say({ ...header, [kind]: "x".repeat(size) });
      }
      assert.equal(sotto.state, "open");
      world.socket.say(message(4));
      assert.equal(sotto.state, "waiting");
    });
  }
});

describe("A storage that fails", () => {
  for (const [what, storage] of [
    ["to open", { open: () => Promise.reject(new Error("no storage")) }],
    ["to save", { open: async () => ({ log: null, seq: 0, seen: [], save: () => Promise.reject(new Error("no storage")) }) }],
  ]) {
    test(`${what} is reported once, and all goes on in memory`, async () => {
      const world = new World();
      const sotto = await world.connected({ storage });
      world.socket.say(message(1));
      world.socket.say(message(1));
      await world.advance(50);
      world.socket.say(message(2));
      await world.advance(50);
      assert.deepEqual(texts(sotto), ["text 1", "text 2"]);
      assert.deepEqual(told(world.socket), [1, 2]);
      assert.deepEqual(sotto.told("error").map(({ code }) => code), ["storage"]);
      assert.match(sotto.last("error").message, /no storage/);
    });
  }

  test("to answer is not waited for for ever", async () => {
    const world = new World();
    const sotto = world.client({ storage: { open: () => new Promise(() => {}) } });
    sotto.connect();
    await world.advance(10_000);
    assert.equal(sotto.last("error").code, "storage");
    await world.greet();
    assert.equal(sotto.state, "open");
  });
});

test("A gap is told in its place", async () => {
  const world = new World();
  const sotto = await world.connected();
  let finish;
  sotto.addEventListener("message", (event) => event.waitUntil(new Promise((resolve) => (finish = resolve))), { once: true });
  world.socket.say(message(1));
  world.socket.say({ type: "gap", from: "6001", count: 3 });
  world.socket.say({ type: "gap", from: "6001", count: 2 });
  assert.deepEqual(sotto.told("gap"), []);
  finish();
  await settle();
  assert.deepEqual(sotto.told("gap").map(({ count }) => count), [3, 2]);
});
