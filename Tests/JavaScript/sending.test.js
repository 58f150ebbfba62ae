import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { World, outcome, settle } from "./world.js";

const accepted = (id, seq = 1, state = "sent") => ({ type: "accepted", id, seq, at: 1, state });
const refused = (code, id) => ({ type: "error", code, message: `It was ${code}.`, id });
const texts = (socket) => socket.of("send").map(({ text }) => text);
const ids = (socket) => socket.of("send").map(({ id }) => id);

describe("A message", () => {
  test("is text or data, to somebody, with an id of its own", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = [sotto.send("6001", "hi"), sotto.send("6001", { text: "" }), sotto.send("6001", { data: [1, null] })];
    assert.deepEqual(world.socket.sent, [
      { type: "send", to: "6001", id: sent[0].id, text: "hi" },
      { type: "send", to: "6001", id: sent[1].id, text: "" },
      { type: "send", to: "6001", id: sent[2].id, data: [1, null] },
    ]);
    assert.match(sent[0].id, /^[0-9a-f]{32}$/);
    assert.equal(new Set(ids(world.socket)).size, 3);
  });

  test("that is none is refused by a throw", async () => {
    const world = new World();
    const sotto = await world.connected();
    for (const body of [undefined, null, {}, { text: "a", data: 1 }, { text: 5 }, { data: undefined }, 7]) {
      assert.throws(() => sotto.send("6001", body), TypeError, JSON.stringify(body));
    }
    assert.throws(() => sotto.send(6001, "hi"), TypeError);
    assert.throws(() => sotto.send("6001", "hi", { id: 5 }), TypeError);
    assert.throws(() => sotto.send("6001", { data: 5n }), TypeError);
    assert.throws(() => sotto.sendFile("6001", "not bytes"), TypeError);
    assert.deepEqual(world.socket.sent, []);
    assert.equal(sotto.pending, 0);
  });

  test("settles when it is accepted, and when it is delivered", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = sotto.send("6001", "hi");
    assert.equal(await outcome(sent.accepted), undefined);
    assert.deepEqual([sent.state, sotto.pending], ["sent", 1]);
    world.socket.say(accepted(sent.id, 5, "kept"));
    assert.deepEqual((await outcome(sent.accepted)).value, { id: sent.id, seq: 5, at: 1, state: "kept" });
    assert.deepEqual([sent.state, sotto.pending], ["accepted", 0]);
    assert.equal(await outcome(sent.delivered), undefined);
    world.socket.say({ type: "delivered", to: "6001", id: sent.id });
    assert.ok(await outcome(sent.delivered));
    assert.equal(sent.state, "delivered");
    assert.equal(sotto.last("accepted").id, sent.id);
    assert.equal(sotto.last("delivered").id, sent.id);
  });

  test("is delivered when it is read", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = sotto.send("6001", "hi");
    world.socket.say(accepted(sent.id));
    world.socket.say({ type: "read", to: "6001", id: sent.id });
    assert.ok(await outcome(sent.delivered));
    assert.equal(sotto.last("read").id, sent.id);
  });

  test("settles when the recipient was faster than the disk of the server", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = sotto.send("6001", "hi");
    world.socket.say({ type: "delivered", to: "6001", id: sent.id });
    assert.equal(await outcome(sent.delivered), undefined);
    world.socket.say(accepted(sent.id));
    assert.ok(await outcome(sent.accepted));
    assert.ok(await outcome(sent.delivered));
  });

  test("of a recipient is delivered with all that were accepted before it, and with no other", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = ["a", "b", "c", "d"].map((id) => sotto.send("6001", id, { id }));
    const other = sotto.send("7001", "x", { id: "x" });
    for (const [id, seq] of [["b", 2], ["a", 1], ["d", 4], ["c", 3], ["x", 0]]) world.socket.say(accepted(id, seq));
    world.socket.say({ type: "delivered", to: "6001", id: "c" });
    await settle();
    assert.deepEqual(sent.map(({ state }) => state), ["delivered", "delivered", "delivered", "accepted"]);
    assert.equal(other.state, "accepted");
  });

  test("is delivered with a later one that another tab has sent", async () => {
    const world = new World();
    const sotto = await world.connected();
    const [first, last] = ["a", "c"].map((id) => sotto.send("6001", id, { id }));
    world.socket.say(accepted("a", 1));
    world.socket.say({ type: "copy", to: "6001", id: "b", seq: 2, at: 1, text: "b" });
    world.socket.say(accepted("c", 3));
    world.socket.say({ type: "delivered", to: "6001", id: "b" });
    await settle();
    assert.deepEqual([first.state, last.state], ["delivered", "accepted"]);
  });

  for (const code of ["bad_request", "bad_target", "forbidden", "too_large", "mailbox_full"]) {
    test(`that is refused (${code}) rejects both, with the server's words`, async () => {
      const world = new World();
      const sotto = await world.connected();
      const sent = sotto.send("6001", "hi");
      world.socket.say(refused(code, sent.id));
      for (const promise of [sent.accepted, sent.delivered]) {
        const { error } = await outcome(promise);
        assert.deepEqual([error.name, error.code, error.message, error.id], ["SottoError", code, `It was ${code}.`, sent.id]);
      }
      assert.deepEqual([sent.state, sotto.pending, sotto.last("error").code], ["refused", 0, code]);
      world.socket.end();
      await world.advance(500);
      await world.greet();
      assert.deepEqual(world.socket.of("send"), [], "it is not sent again");
    });
  }

  test("that nobody waits for makes no noise when it is refused", async (context) => {
    const noise = [];
    const listen = (error) => noise.push(error);
    process.on("unhandledRejection", listen);
    context.after(() => process.off("unhandledRejection", listen));
    const world = new World();
    const sotto = await world.connected();
    world.socket.say(refused("forbidden", sotto.send("6001", "hi").id));
    sotto.send("6001", "hi");
    sotto.history("6001").catch(() => {});
    sotto.connect();
    sotto.close();
    sotto.connect();
    sotto.close();
    await settle();
    assert.deepEqual(noise, []);
  });

  test("with the id of one on its way is that message, or refused if it is another", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = sotto.send("6001", "hi", { id: "1" });
    assert.equal(sotto.send("6001", "hi", { id: "1" }), sent);
    assert.equal((await outcome(sotto.send("6001", "ho", { id: "1" }).accepted)).error.code, "bad_request");
    assert.equal((await outcome(sotto.send("7001", "hi", { id: "1" }).accepted)).error.code, "bad_request");
    assert.deepEqual(texts(world.socket), ["hi"]);
    assert.equal(sent.state, "sent");
  });

  test("that was not accepted by the time of close() is rejected", async () => {
    const world = new World();
    const sotto = await world.connected();
    const [one, other] = [sotto.send("6001", "1"), sotto.send("6001", "2")];
    world.socket.say(accepted(one.id));
    sotto.close();
    assert.ok((await outcome(one.accepted)).value);
    assert.equal((await outcome(one.delivered)).error.code, "closed");
    assert.equal((await outcome(other.accepted)).error.code, "closed");
    assert.equal(sotto.pending, 0);
  });

  test("is rejected as well when the server says to stay away", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = sotto.send("6001", "1");
    world.socket.end(4005);
    const { error } = await outcome(sent.accepted);
    assert.match(error.message, /in use by another connection/);
  });

  test("is one of ten thousand whose delivery is waited for", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = [];
    for (let number = 1; number <= 10_001; number++) {
      const message = sotto.send("6001", "x");
      sent.push(message);
      world.socket.say(accepted(message.id, number));
    }
    assert.equal((await outcome(sent[0].delivered)).error.code, "unknown");
    assert.equal(sent[0].state, "accepted");
    world.socket.say({ type: "delivered", to: "6001", id: sent[10_000].id });
    await settle();
    assert.deepEqual([sent[1].state, sent[10_000].state], ["delivered", "delivered"]);
  });

  test("accepted by an old store is not waited for when the server has a new one", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = sotto.send("6001", "1");
    world.socket.say(accepted(sent.id));
    world.socket.end();
    await world.advance(500);
    await world.greet({ log: "log-b" });
    assert.equal((await outcome(sent.delivered)).error.code, "unknown");
  });
});

describe("Without a connection", () => {
  test("messages wait, and go in order once there is one", async () => {
    const world = new World();
    const sotto = world.client();
    const sent = [1, 2, 3].map((number) => sotto.send("6001", String(number)));
    assert.deepEqual(sent.map(({ state }) => state), ["waiting", "waiting", "waiting"]);
    sotto.connect();
    await settle();
    world.socket.open();
    assert.deepEqual(world.socket.sent, [], "not before the welcome");
    await world.greet();
    assert.deepEqual(texts(world.socket), ["1", "2", "3"]);
  });

  test("after a loss, those that were not accepted go again: same ids, same order, before new ones", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = ["1", "2", "3"].map((text) => sotto.send("6001", text));
    world.socket.say(accepted(sent[1].id));
    world.socket.end();
    assert.deepEqual(sent.map(({ state }) => state), ["waiting", "accepted", "waiting"]);
    const later = sotto.send("6001", "4");
    await world.advance(500);
    await world.greet();
    assert.deepEqual(texts(world.socket), ["1", "3", "4"]);
    assert.deepEqual(ids(world.socket), [sent[0].id, sent[2].id, later.id]);
    world.socket.say(accepted(sent[0].id));
    assert.ok((await outcome(sent[0].accepted)).value);
    world.socket.end();
    await world.advance(1_000);
    await world.greet();
    assert.deepEqual(texts(world.socket), ["3", "4"]);
  });

  test("a message sent by a listener of the state or the welcome goes behind those that waited", async () => {
    const world = new World();
    const sotto = world.client();
    sotto.send("6001", "first");
    sotto.addEventListener("state", ({ detail }) => detail.state === "open" && sotto.send("6001", "second"));
    sotto.addEventListener("welcome", () => sotto.send("6001", "third"));
    sotto.connect();
    await world.greet();
    assert.deepEqual(texts(world.socket), ["first", "second", "third"]);
  });

  test("a thousand messages wait, and not one more", async () => {
    const world = new World();
    const sotto = world.client();
    for (let number = 0; number < 999; number++) sotto.send("6001", "x");
    const last = sotto.send("6001", "x");
    const over = sotto.send("6001", "x");
    assert.equal(sotto.pending, 1_000);
    assert.equal(await outcome(last.accepted), undefined);
    assert.equal((await outcome(over.accepted)).error.code, "queue_full");
    assert.equal((await outcome(over.delivered)).error.code, "queue_full");
    sotto.connect();
    await world.greet();
    assert.equal(world.socket.of("send").length, 1_000);
    world.socket.say(accepted(last.id));
    assert.equal(await outcome(sotto.send("6001", "x").accepted), undefined, "there is room again");
  });

  test("64 MiB of messages wait, and not a byte more", async () => {
    const world = new World();
    const sotto = world.client();
    const half = new Uint8Array(32 * 1024 * 1024 - 200);
    sotto.sendFile("6001", half);
    sotto.sendFile("6001", half);
    assert.equal((await outcome(sotto.send("6001", "x".repeat(300)).accepted)).error.code, "queue_full");
    assert.equal(await outcome(sotto.send("6001", "x").accepted), undefined);
  });
});

describe("A server that cannot take a message now", () => {
  for (const code of ["unavailable", "rate_limited"]) {
    test(`(${code}) gets it again later, with the same id and in order`, async () => {
      const world = new World();
      const sotto = await world.connected();
      const sent = ["1", "2", "3"].map((text) => sotto.send("6001", text));
      world.socket.say(refused(code, sent[0].id));
      world.socket.say(refused(code, sent[1].id));
      const later = sotto.send("6001", "4");
      assert.equal(await outcome(sent[0].accepted), undefined, "that is no refusal");
      await world.advance(1_499);
      assert.deepEqual(texts(world.socket), ["1", "2", "3"]);
      await world.advance(1);
      assert.deepEqual(ids(world.socket).slice(3), [sent[0].id, sent[1].id, later.id]);
      assert.equal(sotto.last("error").code, code);
    });
  }

  test("is asked less and less often, until it takes one", async () => {
    const world = new World();
    const sotto = await world.connected({}, { heartbeat: { interval: 600_000 } });
    const { id } = sotto.send("6001", "1");
    const pauses = [];
    for (let turn = 0; turn < 8; turn++) {
      const before = world.time;
      const count = world.socket.of("send").length;
      world.socket.say(refused("unavailable", id));
      for (let turn = 0; turn < 100 && world.socket.of("send").length === count; turn++) await world.advance(500);
      pauses.push(world.time - before);
    }
    assert.deepEqual(pauses, [1_500, 2_500, 4_500, 8_500, 16_500, 30_500, 30_500, 30_500]);
    world.socket.say(accepted(id));
    const next = sotto.send("6001", "2");
    world.socket.say(refused("unavailable", next.id));
    await world.advance(1_500);
    assert.deepEqual(texts(world.socket).slice(-2), ["2", "2"]);
  });

  test("and does not say which gets all again that it has not answered", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = ["1", "2"].map((text) => sotto.send("6001", text));
    world.socket.say({ type: "error", code: "unavailable", message: "Full." });
    await world.advance(1_500);
    assert.deepEqual(ids(world.socket).slice(2), sent.map(({ id }) => id));
  });
});

describe("The limits of the server", () => {
  test("set the pace, with a burst of a second", async () => {
    const world = new World();
    const sotto = await world.connected({}, { limits: { message: 1_000, rate: 10 } });
    for (let number = 1; number <= 20; number++) sotto.send("6001", String(number));
    assert.equal(world.socket.of("send").length, 8);
    await world.advance(124);
    assert.equal(world.socket.of("send").length, 8);
    await world.advance(1);
    assert.equal(world.socket.of("send").length, 9);
    await world.advance(1_000);
    assert.equal(world.socket.of("send").length, 17);
    await world.advance(10_000);
    assert.deepEqual(texts(world.socket), Array.from({ length: 20 }, (_, index) => String(index + 1)));
  });

  test("refuse what is larger, in a sentence, and let the next one pass", async () => {
    const world = new World();
    const sotto = await world.connected({}, { limits: { message: 200, rate: 0 } });
    const frame = (text, id) => JSON.stringify({ type: "send", to: "6001", id, text }).length;
    const fits = sotto.send("6001", "x".repeat(200 - frame("", "1")), { id: "1" });
    const large = sotto.send("6001", "x".repeat(201 - frame("", "2")), { id: "2" });
    const wide = sotto.send("6001", "é".repeat(100), { id: "3" });
    const next = sotto.send("6001", "next", { id: "4" });
    assert.deepEqual(ids(world.socket), ["1", "4"]);
    assert.deepEqual([fits, large, wide, next].map(({ state }) => state), ["sent", "refused", "refused", "sent"]);
    const { error } = await outcome(large.accepted);
    assert.deepEqual([error.code, error.id], ["too_large", "2"]);
    assert.equal(error.message, "This message has 0.0 MiB; the server takes messages of at most 0.0 MiB.");
  });

  test("are known only when it is there: what waits and is too large is refused then", async () => {
    const world = new World();
    const sotto = world.client();
    const large = sotto.send("6001", "x".repeat(300));
    sotto.send("6001", "next");
    sotto.connect();
    await world.greet({ limits: { message: 200, rate: 0 } });
    assert.equal((await outcome(large.accepted)).error.code, "too_large");
    assert.deepEqual(texts(world.socket), ["next"]);
  });

  test("that it did not tell: the largest message goes no more after a close with 1009", async () => {
    const world = new World();
    const sotto = await world.connected({}, { limits: null });
    const small = sotto.send("6001", "x");
    const large = sotto.send("6001", "x".repeat(300));
    world.socket.end(1009);
    assert.equal((await outcome(large.accepted)).error.code, "too_large");
    await world.advance(500);
    await world.greet();
    assert.deepEqual(ids(world.socket), [small.id]);
  });
});

describe("A file", () => {
  const file = (bytes, name = "a.png") => Object.assign(new Blob([new Uint8Array(bytes)], { type: "image/png" }), { name });

  test("is one binary message, with its kind and its name", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = sotto.sendFile("6001", file([1, 2, 255]));
    await settle();
    const header = { type: "send", to: "6001", id: sent.id };
    assert.deepEqual(world.socket.sent, [{ ...header, mime: "image/png", name: "a.png", bytes: [1, 2, 255] }]);
    world.socket.say(accepted(sent.id));
    assert.ok((await outcome(sent.accepted)).value);
  });

  test("is a Blob, a buffer or a view, read at once", async () => {
    const world = new World();
    const sotto = world.client();
    const bytes = Uint8Array.of(1, 2, 3, 4);
    sotto.sendFile("6001", new Blob([bytes]), { mime: "x/y", name: "n" });
    sotto.sendFile("6001", bytes.buffer);
    sotto.sendFile("6001", bytes.subarray(1, 3));
    bytes.fill(0);
    sotto.connect();
    await world.greet();
    assert.deepEqual(world.socket.sent.map(({ bytes }) => bytes), [[1, 2, 3, 4], [1, 2, 3, 4], [2, 3]]);
    assert.deepEqual(Object.keys(world.socket.sent[1]), ["type", "to", "id", "bytes"]);
    assert.deepEqual([world.socket.sent[0].mime, world.socket.sent[0].name], ["x/y", "n"]);
  });

  test("is not overtaken by what is sent after it", async () => {
    const world = new World();
    const sotto = await world.connected();
    let read;
    const slow = new Blob(["x"]);
    slow.arrayBuffer = () => new Promise((resolve) => (read = resolve));
    sotto.sendFile("6001", slow);
    sotto.send("6001", "behind");
    assert.deepEqual(world.socket.sent, []);
    read(Uint8Array.of(7).buffer);
    await settle();
    assert.deepEqual(world.socket.sent.map(({ bytes, text }) => text ?? bytes), [[7], "behind"]);
  });

  test("that cannot be read is refused, and what waits behind it goes", async () => {
    const world = new World();
    const sotto = await world.connected();
    const gone = new Blob(["x"]);
    gone.arrayBuffer = () => Promise.reject(new Error("NotReadableError"));
    const sent = sotto.sendFile("6001", gone);
    sotto.send("6001", "behind");
    assert.equal((await outcome(sent.accepted)).error.code, "unreadable");
    assert.deepEqual(texts(world.socket), ["behind"]);
  });

  test("that is too large is refused before it is read, with its name", async () => {
    const world = new World();
    const sotto = await world.connected();
    const large = Object.assign(new Blob(["x"]), { name: "film.mkv" });
    Object.defineProperty(large, "size", { value: 20 * 1024 * 1024 });
    large.arrayBuffer = () => assert.fail("it was read");
    const { error } = await outcome(sotto.sendFile("6001", large).accepted);
    assert.equal(error.code, "too_large");
    assert.equal(error.message, "“film.mkv” has 20.0 MiB; the server takes messages of at most 16.0 MiB.");
    assert.equal(sotto.pending, 0);
  });

  test("fits with its header, to the byte", async () => {
    const world = new World();
    const sotto = await world.connected({}, { limits: { message: 1_000, rate: 0 } });
    const overhead = 2 + JSON.stringify({ type: "send", to: "6001", id: "1" }).length;
    const fits = sotto.sendFile("6001", new Uint8Array(1_000 - overhead), { id: "1" });
    const large = sotto.sendFile("6001", new Uint8Array(1_001 - overhead), { id: "2" });
    await settle();
    assert.deepEqual([fits.state, large.state], ["sent", "refused"]);
  });

  test("with an endless name is refused", async () => {
    const world = new World();
    const sotto = await world.connected();
    const sent = sotto.sendFile("6001", file([1], "x".repeat(70_000)));
    assert.equal((await outcome(sent.accepted)).error.code, "too_large");
  });

  test("tells of its progress while its bytes leave the browser", async () => {
    const world = new World();
    const sotto = await world.connected();
    const told = [];
    const sent = sotto.sendFile("6001", new Uint8Array(1_000_000), { progress: ({ sent, total }) => told.push([sent, total]) });
    await settle();
    const total = 1_000_000 + 2 + JSON.stringify({ type: "send", to: "6001", id: sent.id }).length;
    for (const unsent of [total, 600_000, 600_000, 1]) {
      world.socket.bufferedAmount = unsent;
      await world.advance(100);
    }
    world.socket.bufferedAmount = 0;
    world.socket.say(accepted(sent.id));
    await settle();
    assert.deepEqual(
      told,
      [0, total - 600_000, total - 600_000, total - 1, total].map((bytes) => [bytes, total]),
    );
    await world.advance(200);
    assert.equal(world.timers, 1, "nobody looks any longer: what remains is the heartbeat's");
  });

  test("counts as its own progress only its own bytes", async () => {
    const world = new World();
    const sotto = await world.connected();
    let last;
    sotto.send("6001", "x".repeat(1_000));
    sotto.sendFile("6001", new Uint8Array(10_000), { id: "f", progress: ({ sent }) => (last = sent) });
    world.socket.bufferedAmount = 11_000;
    sotto.send("6001", "y".repeat(5_000), { id: "b" });
    const behind = JSON.stringify({ type: "send", to: "6001", id: "b", text: "y".repeat(5_000) }).length;
    await settle();
    world.socket.bufferedAmount = behind + 4_000;
    await world.advance(100);
    const total = 10_000 + 2 + JSON.stringify({ type: "send", to: "6001", id: "f" }).length;
    assert.equal(last, total - 4_000);
  });

  test("does not suffer from a listener of its progress that throws", async (context) => {
    const thrown = [];
    process.setUncaughtExceptionCaptureCallback((error) => thrown.push(error.message));
    context.after(() => process.setUncaughtExceptionCaptureCallback(null));
    const world = new World();
    const sotto = await world.connected();
    const progress = () => {
      throw new Error("of the application");
    };
    const sent = sotto.sendFile("6001", new Uint8Array(10), { progress });
    world.socket.say(accepted(sent.id));
    assert.ok((await outcome(sent.accepted)).value);
    assert.ok(thrown.length > 0);
  });

  test("large ones are not all handed to the browser at once", async () => {
    const world = new World();
    const sotto = await world.connected();
    for (let number = 0; number < 3; number++) sotto.sendFile("6001", new Uint8Array(300_000));
    await settle();
    const { socket } = world;
    assert.equal(socket.of("send").length, 3, "this socket takes all at once");
    socket.bufferedAmount = 300_000;
    sotto.send("6001", "x");
    assert.equal(socket.of("send").length, 3);
    socket.bufferedAmount = 256 * 1024 - 1;
    await world.advance(100);
    assert.equal(socket.of("send").length, 4);
  });

  test("goes again after a loss, with its progress from the beginning", async () => {
    const world = new World();
    const sotto = await world.connected();
    const told = [];
    const sent = sotto.sendFile("6001", new Uint8Array(1_000), { progress: ({ sent }) => told.push(sent) });
    await settle();
    world.socket.end();
    await world.advance(500);
    await world.greet();
    assert.deepEqual(world.socket.of("send").map(({ id, bytes }) => [id, bytes.length]), [[sent.id, 1_000]]);
    world.socket.bufferedAmount = 1_000;
    await world.advance(100);
    assert.ok(told.at(-1) < 100, String(told));
  });
});
