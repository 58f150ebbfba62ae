import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { World, message, outcome, settle } from "./world.js";

async function reconnected(world) {
  world.chance = 0;
  world.socket.end();
  await world.advance(0);
  await world.greet();
}

/** A server that answers each ping. */
function setPongs(world) {
  const { socket } = world;
  const send = socket.send;
  socket.send = (data) => {
    send.call(socket, data);
    const { type, ref } = socket.sent.at(-1);
    if (type === "ping") queueMicrotask(() => socket.say({ type: "pong", ref }));
  };
  return { stop: () => (socket.send = send) };
}

describe("A signal", () => {
  test("goes at once, or not at all", async () => {
    const world = new World();
    const sotto = world.client();
    assert.equal(sotto.signal("6001", { typing: true }), false);
    sotto.connect();
    await world.greet();
    assert.deepEqual(world.socket.sent, []);
    assert.equal(sotto.signal("6001", { typing: false }), true);
    assert.deepEqual(world.socket.sent, [{ type: "signal", to: "6001", data: { typing: false } }]);
  });

  test("comes as it was sent", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say({ type: "signal", from: "6001", data: [1] });
    assert.deepEqual([sotto.last("signal").from, sotto.last("signal").data], ["6001", [1]]);
  });
});

describe("Reading", () => {
  const reads = (world) => world.socket.of("read").map(({ to, id }) => `${to}/${id}`);

  test("is told at once", async () => {
    const world = new World();
    const sotto = await world.connected();
    sotto.read("6001", "a");
    assert.deepEqual(world.socket.sent, [{ type: "read", to: "6001", id: "a" }]);
  });

  test("while there is no connection is told on the next, the last of each peer", async () => {
    const world = new World();
    const sotto = world.client();
    for (const [to, id] of [["6001", "a"], ["7001", "b"], ["6001", "c"]]) sotto.read(to, id);
    sotto.connect();
    await world.greet();
    assert.deepEqual(reads(world), ["7001/b", "6001/c"]);
  });

  test("is told again after a loss, unless a later ping was answered", async () => {
    const world = new World();
    const sotto = await world.connected();
    sotto.read("6001", "a");
    await world.advance(10_000);
    sotto.read("7001", "b");
    world.socket.say({ type: "pong", ref: "1" });
    await reconnected(world);
    assert.deepEqual(reads(world), ["7001/b"]);
  });

  test("is not told again when the server knows no such message, or has a new store", async () => {
    const world = new World();
    const sotto = await world.connected();
    sotto.read("6001", "a");
    sotto.read("7001", "b");
    world.socket.say({ type: "error", code: "bad_request", message: "There is no such message.", id: "a" });
    await reconnected(world);
    assert.deepEqual(reads(world), ["7001/b"]);
    world.chance = 0;
    world.socket.end();
    await world.advance(0);
    await world.greet({ log: "log-b" });
    assert.deepEqual(reads(world), []);
  });

  test("is remembered for a thousand peers", async () => {
    const world = new World();
    const sotto = world.client();
    for (let peer = 0; peer <= 1_000; peer++) sotto.read(`p${peer}`, "a");
    sotto.connect();
    await world.greet();
    assert.deepEqual([reads(world).length, reads(world)[0]], [1_000, "p1/a"]);
  });
});

describe("Presence", () => {
  test("is asked for, now and on each connection to come", async () => {
    const world = new World();
    const sotto = world.client();
    sotto.watch("6001");
    sotto.connect();
    await world.greet();
    sotto.watch("7001", "8001");
    sotto.unwatch("6001");
    await reconnected(world);
    assert.deepEqual(world.sockets[0].sent, [
      { type: "watch", peers: ["6001"] },
      { type: "watch", peers: ["7001", "8001"] },
      { type: "unwatch", peers: ["6001"] },
    ]);
    assert.deepEqual(world.socket.sent, [{ type: "watch", peers: ["7001", "8001"] }]);
  });

  test("is that of a thousand at most", async () => {
    const world = new World();
    const sotto = await world.connected();
    const peers = Array.from({ length: 1_000 }, (_, index) => `p${index}`);
    sotto.watch(...peers);
    sotto.watch("p1");
    assert.throws(() => sotto.watch("one more"), RangeError);
    await reconnected(world);
    assert.equal(world.socket.of("watch")[0].peers.length, 1_000);
  });

  test("and leaves are told", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say({ type: "presence", peer: "6001", online: true });
    world.socket.say({ type: "left", peer: "6001", at: 5, why: "lost", after: 14_000 });
    assert.equal(sotto.last("presence").online, true);
    assert.deepEqual([sotto.last("left").why, sotto.last("left").after], ["lost", 14_000]);
  });
});

describe("A question", () => {
  test("for the history is answered with its messages", async () => {
    const world = new World();
    const sotto = await world.connected();
    const answer = sotto.history("6001", { before: 90, limit: 2 });
    const [question] = world.socket.sent;
    assert.deepEqual({ ...question, ref: "" }, { type: "history", peer: "6001", before: 90, limit: 2, ref: "" });
    const messages = [{ from: "6001", to: "1001", id: "a", seq: 80, at: 1, text: "x", state: "read" }];
    world.socket.say({ type: "history", ref: question.ref, peer: "6001", messages, more: true });
    assert.deepEqual(await answer, { messages, more: true });
  });

  test("for the bytes of a message is answered with them, and they are no message", async () => {
    const world = new World();
    const sotto = await world.connected();
    for (const type of ["message", "copy"]) {
      const answer = sotto.fetch(7);
      const { ref } = world.socket.sent.at(-1);
      world.socket.sayBinary({ type, from: "6001", to: "1001", id: "f", seq: 7, ref, name: "a" }, [1, 2]);
      const { bytes, name } = await answer;
      assert.deepEqual([[...bytes], name], [[1, 2], "a"]);
    }
    assert.deepEqual([sotto.told("message"), sotto.told("copy")], [[], []]);
  });

  test("about a number is refused when the server has a new store, in which it means another message", async () => {
    const world = new World();
    const sotto = await world.connected();
    const answers = [sotto.fetch(7), sotto.history("6001", { before: 7 }), sotto.history("6001")];
    world.chance = 0;
    world.socket.end();
    await world.advance(0);
    await world.greet({ log: "log-b" });
    const outcomes = await Promise.all(answers.map(outcome));
    assert.deepEqual(outcomes.map((each) => each?.error.code), ["unknown", "unknown", undefined]);
    assert.deepEqual(world.socket.of("history").map(({ before }) => before), [undefined]);
  });

  test("goes with its own answer, in whatever order they come", async () => {
    const world = new World();
    const sotto = await world.connected();
    const answers = [sotto.history("6001"), sotto.history("7001")];
    const [one, two] = world.socket.sent.map(({ ref }) => ref);
    assert.notEqual(one, two);
    world.socket.say({ type: "history", ref: two, messages: ["two"], more: false });
    world.socket.say({ type: "history", ref: one, messages: ["one"], more: false });
    assert.deepEqual(await Promise.all(answers.map(async (answer) => (await answer).messages)), [["one"], ["two"]]);
  });

  test("of another kind is not answered by it", async () => {
    const world = new World();
    const sotto = await world.connected();
    const answer = sotto.history("6001");
    world.socket.say({ ...message(1), ref: world.socket.sent[0].ref });
    assert.equal(await outcome(answer), undefined);
    assert.equal(sotto.told("message").length, 0); // a message that was not asked for has no `ref`
  });

  test("that is refused rejects with the words of the server, and troubles no message", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = sotto.send("6001", "x");
    const answer = sotto.fetch(7);
    world.socket.say({ type: "error", code: "unavailable", message: "Not now.", ref: world.socket.sent[1].ref });
    const { error } = await outcome(answer);
    assert.deepEqual([error.code, error.message], ["unavailable", "Not now."]);
    await world.advance(2_000);
    assert.equal(world.socket.of("send").length, 1);
    assert.equal(sent.state, "sent");
  });

  test("waits for a connection, and is asked again on the next", async () => {
    const world = new World();
    const sotto = world.client();
    const answer = sotto.history("6001");
    sotto.connect();
    await world.greet();
    await reconnected(world);
    const [question] = world.socket.of("history");
    assert.deepEqual(question, world.sockets[0].of("history")[0]);
    world.socket.say({ type: "history", ref: question.ref, messages: [], more: false });
    assert.deepEqual(await answer, { messages: [], more: false });
    await reconnected(world);
    assert.deepEqual(world.socket.of("history"), []);
  });

  test("is given up after half a minute", async () => {
    const world = new World();
    const answer = world.client().history("6001");
    await world.advance(29_999);
    assert.equal(await outcome(answer), undefined);
    await world.advance(1);
    assert.equal((await outcome(answer)).error.code, "timeout");
  });

  test("for bytes is given up after ten minutes, and what comes later is no message", async () => {
    const world = new World();
    const sotto = await world.connected();
    const answer = sotto.fetch(7);
    const pings = setPongs(world);
    await world.advance(599_999);
    assert.equal(await outcome(answer), undefined);
    await world.advance(1);
    pings.stop();
    assert.equal((await outcome(answer)).error.code, "timeout");
    world.socket.sayBinary({ type: "message", from: "6001", id: "f", seq: 7, ref: "1" }, [1]);
    assert.equal(sotto.told("message").length, 0);
  });

  test("is one of a hundred at most", async () => {
    const world = new World();
    const sotto = await world.connected();
    const answers = Array.from({ length: 101 }, () => sotto.history("6001"));
    assert.equal((await outcome(answers[100])).error.code, "queue_full");
    assert.equal(await outcome(answers[99]), undefined);
    sotto.close();
    assert.equal((await outcome(answers[99])).error.code, "closed");
  });
});

describe("A hostile frame", () => {
  const frames = [
    "",
    "{",
    "null",
    "17",
    '"message"',
    "[]",
    "{}",
    '{"type":5}',
    '{"type":"__proto__"}',
    '{"type":"constructor"}',
    '{"type":"toString"}',
    '{"type":"unknown"}',
    '{"type":"welcome"}',
    JSON.stringify({ type: "welcome", client: "1001", log: "log-a" }),
    '{"type":"message"}',
    JSON.stringify({ ...message(1), from: 5 }),
    JSON.stringify({ ...message(1), id: null }),
    JSON.stringify({ ...message(1), seq: "1" }),
    JSON.stringify({ ...message(1), seq: 1.5 }),
    JSON.stringify({ ...message(1), seq: 2 ** 60 }),
    '{"type":"copy","to":[],"id":"a","seq":1}',
    '{"type":"accepted","id":"a"}',
    '{"type":"delivered","to":"6001"}',
    '{"type":"read","id":"a"}',
    '{"type":"history","messages":{}}',
    '{"type":"gap","from":"6001"}',
    '{"type":"presence","peer":"6001","online":"yes"}',
    '{"type":"left"}',
    '{"type":"signal"}',
    '{"type":"error"}',
    new ArrayBuffer(0),
    new ArrayBuffer(1),
    Uint8Array.of(0, 0).buffer,
    Uint8Array.of(0, 5, 123, 125).buffer,
    Uint8Array.of(255, 255, 123, 125).buffer,
    Uint8Array.of(0, 2, 0xff, 0xfe).buffer,
    Uint8Array.of(0, 2, 123, 125).buffer,
    Uint8Array.of(0, 4, 110, 117, 108, 108).buffer,
  ];
  for (const frame of frames) {
    const name = typeof frame === "string" ? frame : `[${new Uint8Array(frame)}]`;
    test(`${name} is an error event, and nothing else`, async () => {
      const world = new World();
      const sotto = await world.connected();
      sotto.send("6001", "hi", { id: "mine" });
      const before = sotto.events.length;
      assert.doesNotThrow(() => world.socket.say(frame));
      assert.deepEqual(sotto.events.slice(before).map(([type]) => type), ["error"]);
      assert.equal(sotto.last("error").code, "bad_frame");
      assert.equal(sotto.state, "open");
      assert.equal(sotto.pending, 1);
      world.socket.say(message(1));
      assert.equal(sotto.told("message").length, 1, "the connection lives");
    });
  }

  for (const frame of [message(1), { type: "accepted", id: "a", seq: 1 }, { type: "pong" }, { type: "signal", from: "a" }]) {
    test(`${frame.type} before the welcome is an error event`, async () => {
      const world = new World();
      const sotto = world.client();
      sotto.connect();
      await settle();
      world.socket.open();
      assert.doesNotThrow(() => world.socket.say(frame));
      assert.deepEqual(sotto.events.map(([type]) => type), ["state", "error"]);
      await world.greet();
      assert.equal(sotto.state, "open");
    });
  }

  test("an answer that nobody asked for does nothing", async () => {
    const world = new World();
    const sotto = await world.connected();
    const before = sotto.events.length;
    world.socket.say({ type: "accepted", id: "unheard of", seq: 1, at: 1, state: "sent" });
    world.socket.say({ type: "history", ref: "99", messages: [], more: false });
    world.socket.say({ type: "history", messages: [], more: false });
    world.socket.say({ type: "pong", ref: "99" });
    assert.equal(sotto.events.length, before);
  });

  test("keys of objects that JSON can name stay keys", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.say('{"type":"message","from":"__proto__","id":"constructor","seq":1,"data":{"__proto__":{"a":1}}}');
    assert.equal(sotto.told("message").length, 1);
    assert.equal({}.a, undefined);
  });

  test("a welcome of nonsense is survived", async () => {
    const world = new World();
    const sotto = world.client();
    sotto.connect();
    await world.greet({ limits: "none", heartbeat: "often", pending: -1 });
    assert.equal(sotto.state, "open");
    sotto.send("6001", "hi");
    assert.equal(world.socket.of("send").length, 1);
  });
});
