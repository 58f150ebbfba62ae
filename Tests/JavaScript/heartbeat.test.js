import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { World, settle } from "./world.js";

describe("The heartbeat", () => {
  test("is a ping after a silence, with the interval of the welcome", async () => {
    const world = new World();
    await world.connected({}, { heartbeat: { interval: 2_000, timeout: 1_000 } });
    await world.advance(1_999);
    assert.deepEqual(world.socket.of("ping"), []);
    await world.advance(1);
    assert.deepEqual(world.socket.of("ping"), [{ type: "ping", ref: "1" }]);
    world.socket.say({ type: "pong", ref: "1" });
    await world.advance(3_000);
    assert.deepEqual(world.socket.of("ping").map(({ ref }) => ref), ["1", "2"]);
  });

  test("needs no ping while frames come", async () => {
    const world = new World();
    await world.connected();
    for (let turn = 0; turn < 10; turn++) {
      await world.advance(9_000);
      world.socket.say({ type: "signal", from: "6001", data: turn });
    }
    assert.deepEqual(world.socket.of("ping"), []);
    await world.advance(10_000);
    assert.equal(world.socket.of("ping").length, 1);
  });

  test("without an answer within the timeout means that the server is dead", async () => {
    const world = new World();
    const sotto = await world.connected();
    await world.advance(14_999);
    assert.equal(sotto.state, "open");
    await world.advance(1);
    assert.equal(sotto.state, "waiting");
    assert.equal(sotto.last("state").why, "The server fell silent");
    assert.equal(world.sockets[0].readyState, 3);
    await world.advance(500);
    assert.equal(world.sockets.length, 2);
  });

  test("takes any frame for an answer", async () => {
    const world = new World();
    const sotto = await world.connected();
    await world.advance(10_000);
    world.socket.say("not even JSON");
    await world.advance(14_999);
    assert.equal(sotto.state, "open");
  });

  test("waits while a large file is leaving, and no longer", async () => {
    const world = new World();
    const sotto = await world.connected();
    for (const unsent of [9_000_000, 9_000_000, 6_000_000, 3_000_000, 1]) {
      world.socket.bufferedAmount = unsent;
      await world.advance(5_000);
    }
    assert.equal(sotto.state, "open");
    await world.advance(5_000);
    assert.equal(sotto.state, "waiting");
  });

  test("gives a large message twice the time after each death, so that it comes through once", async () => {
    const world = new World();
    const sotto = await world.connected();
    const lives = [];
    for (let turn = 0; turn < 9; turn++) {
      const began = world.time;
      for (let second = 0; second < 1_000 && sotto.state === "open"; second++) await world.advance(1_000);
      lives.push(world.time - began);
      sotto.connect();
      await world.greet();
    }
    assert.deepEqual(lives, [15, 20, 30, 50, 90, 170, 330, 330, 330].map((seconds) => seconds * 1000));
    world.socket.say({ type: "signal", from: "6001", data: 1 });
    const began = world.time;
    for (let second = 0; second < 1_000 && sotto.state === "open"; second++) await world.advance(1_000);
    assert.equal(world.time - began, 15_000, "a frame that comes through ends that");
  });

  test("does not take the sleep of a laptop for the death of the server", async () => {
    const world = new World();
    const sotto = await world.connected();
    await world.advance(10_000);
    await world.sleep(3_600_000); // the timer comes late, before what has arrived
    assert.equal(sotto.state, "open");
    assert.equal(world.socket.of("ping").length, 2);
    world.socket.say({ type: "pong", ref: "2" });
    await world.advance(5_000);
    assert.equal(sotto.state, "open");
  });

  test("notices after the sleep that the server is dead, even where each timer is late", async () => {
    const world = new World();
    const sotto = await world.connected();
    await world.advance(10_000);
    await world.sleep(60_000);
    assert.equal(sotto.state, "open");
    await world.sleep(60_000);
    assert.equal(sotto.state, "waiting");
  });

  for (const heartbeat of [undefined, null, {}, { interval: 0, timeout: 0 }, { interval: "1", timeout: -5 }]) {
    test(`is every 30 s where the server says ${JSON.stringify(heartbeat)}`, async () => {
      const world = new World();
      const sotto = await world.connected({}, { heartbeat });
      await world.advance(29_999);
      assert.deepEqual(world.socket.of("ping"), []);
      await world.advance(1);
      assert.equal(world.socket.of("ping").length, 1);
      await world.advance(9_999);
      assert.equal(sotto.state, "open");
      await world.advance(1);
      assert.equal(sotto.state, "waiting");
    });
  }

  test("is bounded, whatever the server says", async () => {
    const world = new World();
    await world.connected({}, { heartbeat: { interval: 1e-9, timeout: 1e300 } });
    await world.advance(199);
    assert.deepEqual(world.socket.of("ping"), []);
    await world.advance(1);
    assert.equal(world.socket.of("ping").length, 1);
    await world.advance(600_000);
    assert.equal(world.sockets[0].readyState, 3);
  });

  test("ends with the connection", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.end(4005);
    await settle();
    assert.equal(sotto.state, "closed");
    assert.equal(world.timers, 0);
  });
});
