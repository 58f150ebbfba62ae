import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { World, settle } from "./world.js";

/** A token function that gives token-1, token-2 … */
function tokens(lifetime, world) {
  const give = async () => {
    give.asked += 1;
    const token = `token-${give.asked}`;
    return lifetime === undefined ? token : { token, expires: world.time + lifetime };
  };
  give.asked = 0;
  return give;
}

const bearer = (socket) => socket.protocols.find((each) => each.startsWith("bearer."));

describe("A token", () => {
  test("is offered beside sotto.v1", async () => {
    const world = new World();
    await world.connected({ token: async () => "abc.def-_" });
    assert.deepEqual(world.socket.protocols, ["sotto.v1", "bearer.abc.def-_"]);
  });

  test("is not offered where there is none", async () => {
    for (const none of [null, undefined, ""]) {
      const world = new World();
      await world.connected({ token: async () => none });
      assert.deepEqual(world.socket.protocols, ["sotto.v1"]);
    }
  });

  test("is used again on the next connection", async () => {
    const world = new World();
    const token = tokens();
    await world.connected({ token });
    world.socket.end();
    await world.advance(500);
    assert.deepEqual([bearer(world.socket), token.asked], ["bearer.token-1", 1]);
  });

  test("is asked for again when it has expired meanwhile", async () => {
    const world = new World();
    const token = tokens(60_000, world);
    await world.connected({ token });
    world.socket.end();
    await world.sleep(30_000);
    assert.deepEqual([bearer(world.socket), token.asked], ["bearer.token-2", 2]);
  });

  for (const code of [4001, 4203]) {
    test(`is asked for again, at once, after ${code}`, async () => {
      const world = new World();
      const sotto = await world.connected({ token: tokens() });
      world.socket.end(code);
      assert.equal(sotto.last("state").delay, 0);
      await world.advance(0);
      assert.equal(bearer(world.socket), "bearer.token-2");
    });
  }

  test("that is always wrong is not tried in a fast loop, nor for ever", async () => {
    const world = new World();
    const token = tokens();
    const sotto = world.client({ token });
    sotto.connect();
    await settle();
    const waits = [];
    for (let turn = 0; turn < 20 && sotto.state !== "closed"; turn++) {
      world.socket.open();
      world.socket.end(4001);
      const { state, delay } = sotto.last("state");
      if (state === "waiting") waits.push(delay);
      await world.advance(delay ?? 0);
    }
    assert.deepEqual(waits, [0, 1_000, 2_000, 4_000, 8_000]);
    assert.equal(token.asked, 6);
    assert.match(sotto.last("state").why, /token was not accepted/);
    await world.advance(3_600_000);
    assert.equal(world.sockets.length, 6);
  });

  test("that is the same again is not tried again, until somebody wants it", async () => {
    for (const code of [4001, 4203]) {
      const world = new World();
      const sotto = await world.connected({ token: async () => "only" });
      world.socket.end(code);
      await world.advance(0);
      if (code === 4203) {
        assert.equal(bearer(world.socket), "bearer.only");
        world.socket.open();
        world.socket.end(4001);
        await world.advance(0);
      }
      const { state, why } = sotto.last("state");
      assert.deepEqual([state, sotto.last("state").code], ["closed", 4001]);
      assert.match(why, /token was not accepted/);
      const count = world.sockets.length;
      await world.advance(3_600_000);
      assert.equal(world.sockets.length, count);
      sotto.connect();
      await settle();
      assert.equal(world.sockets.length, count + 1);
    }
  });

  test("that was once refused may be refused again later", async () => {
    const world = new World();
    const sotto = await world.connected({ token: tokens() });
    for (let turn = 0; turn < 10; turn++) {
      await world.advance(5_000);
      world.socket.end(4001);
      assert.equal(sotto.last("state").delay, 0);
      await world.advance(0);
      await world.greet();
    }
    assert.equal(sotto.state, "open");
  });

  test("that cannot be had is asked for again after a wait", async () => {
    const world = new World();
    let asked = 0;
    const sotto = world.client({ token: async () => ((asked += 1), asked < 3 ? Promise.reject(new Error("502")) : "good") });
    sotto.connect();
    await settle();
    assert.equal(sotto.state, "waiting");
    assert.match(sotto.last("state").why, /There was no token: 502/);
    await world.advance(500);
    await world.advance(1_000);
    assert.equal(bearer(world.socket), "bearer.good");
  });

  test("that is none is an error as well", async () => {
    const world = new World();
    const sotto = world.client({ token: async () => 17 });
    sotto.connect();
    await settle();
    assert.match(sotto.last("state").why, /a token is a string/);
  });

  test("that never comes is not waited for for ever", async () => {
    const world = new World();
    let give;
    const sotto = world.client({ token: () => new Promise((resolve) => (give ??= resolve)) });
    sotto.connect();
    await world.advance(29_999);
    assert.equal(sotto.state, "connecting");
    await world.advance(1);
    assert.equal(sotto.state, "waiting");
    give("late");
    await settle();
    assert.equal(world.sockets.length, 0, "what comes too late is not used");
  });

  test("with characters that no token has ends the tries", async () => {
    const world = new World();
    const sotto = world.client({ token: async () => "a b" });
    sotto.connect();
    await settle();
    assert.equal(sotto.state, "closed");
  });

  test("is renewed on the connection before it expires, and again", async () => {
    const world = new World();
    await world.connected({ token: tokens(100_000, world) }, { heartbeat: { interval: 600_000 } });
    await world.advance(69_999);
    assert.deepEqual(world.socket.of("auth"), []);
    await world.advance(1);
    assert.deepEqual(world.socket.of("auth"), [{ type: "auth", token: "token-2" }]);
    await world.advance(70_000);
    assert.deepEqual(world.socket.of("auth").at(-1), { type: "auth", token: "token-3" });
    world.socket.end();
    await world.advance(500);
    assert.equal(bearer(world.socket), "bearer.token-3", "the newest one is used from then on");
  });

  test("whose renewal fails is asked for again a little later", async () => {
    const world = new World();
    let asked = 0;
    const token = async () => {
      asked += 1;
      if (asked === 2) throw new Error("502");
      return { token: `token-${asked}`, expires: new Date(world.time + 100_000) };
    };
    await world.connected({ token }, { heartbeat: { interval: 600_000 } });
    await world.advance(70_000);
    assert.equal(asked, 2);
    await world.advance(5_000);
    assert.deepEqual(world.socket.of("auth"), [{ type: "auth", token: "token-3" }]);
  });

  test("that expires at once is not renewed in a fast loop", async () => {
    const world = new World();
    const token = tokens(1_000, world);
    await world.connected({ token }, { heartbeat: { interval: 600_000 } });
    await world.advance(50_000);
    assert.equal(token.asked, 11);
  });

  test("that lives for months needs no timer that browsers cannot do", async () => {
    const world = new World();
    const token = tokens(90 * 86_400_000, world);
    const longest = [];
    const setTimeout = (action, milliseconds) => (longest.push(milliseconds), world.setTimeout(action, milliseconds));
    await world.connected({ token, setTimeout }, { heartbeat: { interval: 600_000 } });
    assert.ok(Math.max(...longest) <= 86_400_000);
    assert.equal(token.asked, 1);
  });

  test("renewed for a connection that has ended is not sent on another", async () => {
    const world = new World();
    let asked = 0;
    let give;
    const token = () => {
      asked += 1;
      if (asked === 2) return new Promise((resolve) => (give = resolve));
      return Promise.resolve({ token: `token-${asked}`, expires: world.time + 100_000 });
    };
    const sotto = await world.connected({ token }, { heartbeat: { interval: 600_000 } });
    await world.advance(70_000);
    world.socket.end();
    await world.advance(500);
    await world.greet();
    give({ token: "late", expires: world.time + 100_000 });
    await settle();
    assert.deepEqual(world.socket.of("auth"), []);
    assert.equal(sotto.state, "open");
  });
});
