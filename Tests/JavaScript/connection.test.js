import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Sotto } from "../../static/sotto.js";
import { World, outcome, settle } from "./world.js";

/** Ends the connection and says when the next try comes, in ms; null if never. */
async function waitAfter(code, { bye, chance = 1, opened = true, attempts = 0 } = {}) {
  const world = new World();
  world.chance = chance;
  const sotto = world.client();
  sotto.connect();
  await settle();
  for (let attempt = 0; attempt < attempts; attempt++) {
    world.socket.end(1006);
    await world.advance(sotto.last("state").delay);
  }
  if (opened) await world.greet();
  if (bye) world.socket.say({ type: "bye", ...bye });
  world.socket.end(code);
  const { state, delay, nextTry } = sotto.last("state");
  const tries = world.sockets.length;
  if (state === "closed") {
    await world.advance(24 * 60 * 60 * 1000);
    assert.equal(world.sockets.length, tries, "it stays away");
    return null;
  }
  assert.equal(state, "waiting");
  assert.equal(nextTry, world.time + delay);
  if (delay > 0) await world.advance(delay - 1);
  assert.equal(world.sockets.length, tries, "not before its time");
  await world.advance(Math.min(delay, 1));
  assert.equal(world.sockets.length, tries + 1);
  return delay;
}

describe("Connecting", () => {
  test("offers sotto.v1, then what else is asked for", async () => {
    const world = new World();
    world.client({ protocols: ["gateway"] }).connect();
    await settle();
    assert.equal(world.socket.url, "ws://server/ws/1001");
    assert.deepEqual(world.socket.protocols, ["sotto.v1", "gateway"]);
    assert.equal(world.socket.binaryType, "arraybuffer");
  });

  test("goes through connecting to open, which is when the server has greeted", async () => {
    const world = new World();
    const sotto = world.client();
    assert.equal(sotto.state, "closed");
    const welcome = sotto.connect();
    assert.equal(sotto.state, "connecting");
    await settle();
    world.socket.open();
    assert.equal(sotto.state, "connecting");
    await world.greet({ client: "1001" });
    assert.equal(sotto.state, "open");
    assert.equal((await welcome).client, "1001");
    assert.equal(sotto.client, "1001");
    assert.equal(sotto.limits.message, 16 * 1024 * 1024);
    assert.deepEqual(
      sotto.events.map(([type, { state }]) => state ?? type),
      ["connecting", "open", "welcome"],
    );
  });

  for (const [options, page, address] of [
    [{ client: "a?b#é" }, "http://chat.example:81/static/x.html", "ws://chat.example:81/ws/a%3Fb%23%C3%A9"],
    [{ client: "1001" }, "https://chat.example/", "wss://chat.example/ws/1001"],
    [{ url: "https://chat.example/ws/1001?a=b" }, undefined, "wss://chat.example/ws/1001?a=b"],
  ]) {
    test(`to ${address}`, async (context) => {
      if (page) globalThis.location = { href: page };
      context.after(() => delete globalThis.location);
      const world = new World();
      world.client({ url: undefined, ...options }).connect();
      await settle();
      assert.equal(world.socket.url, address);
    });
  }

  test("needs to know where", () => assert.throws(() => new Sotto({}), /client id or a url/));

  test("is given up when no welcome comes within ten seconds", async () => {
    const world = new World();
    const sotto = world.client();
    sotto.connect();
    await settle();
    world.socket.open();
    await world.advance(9_999);
    assert.equal(sotto.state, "connecting");
    await world.advance(1);
    assert.equal(sotto.state, "waiting");
    assert.match(sotto.last("state").why, /did not answer in time/);
    assert.equal(world.sockets[0].readyState, 3);
  });

  test("ends when the server does not speak sotto.v1", async () => {
    const world = new World();
    const sotto = world.client();
    const welcome = sotto.connect();
    await settle();
    world.socket.open("");
    assert.match(sotto.last("state").why, /does not speak sotto.v1/);
    assert.equal((await outcome(welcome)).error.code, "closed");
    assert.equal(sotto.state, "closed");
  });

  test("ends when the address is impossible, without a throw", async () => {
    const world = new World();
    const sotto = world.client({ protocols: ["a b"] });
    sotto.connect();
    await settle();
    assert.equal(sotto.state, "closed");
  });

  test("twice makes one connection", async () => {
    const world = new World();
    const sotto = world.client();
    const welcome = sotto.connect();
    sotto.connect();
    await world.greet();
    assert.equal(await sotto.connect(), await welcome);
    assert.equal(world.sockets.length, 1);
  });

  test("while waiting tries at once", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.socket.end();
    sotto.connect();
    await settle();
    assert.equal(world.sockets.length, 2);
    await world.advance(60_000);
    assert.equal(world.sockets.length, 6, "and the wait that was cut short does not make another");
  });

  test("after close() begins anew", async () => {
    const world = new World();
    const sotto = await world.connected();
    sotto.close();
    assert.equal(world.socket.closedWith, 1000);
    assert.equal(sotto.state, "closed");
    assert.equal(world.timers, 0, "nothing is left to happen");
    world.happen("online");
    await world.advance(100_000);
    assert.equal(world.sockets.length, 1);
    sotto.connect();
    await world.greet();
    assert.equal(sotto.state, "open");
  });

  test("can be ended by a listener at any point", async () => {
    for (const when of ["connecting", "open", "waiting"]) {
      const world = new World();
      const sotto = world.client();
      sotto.addEventListener("state", ({ detail }) => detail.state === when && sotto.close());
      sotto.connect();
      await settle();
      if (when !== "connecting") await world.greet();
      if (when === "waiting") world.socket.end();
      await world.advance(100_000);
      assert.equal(sotto.state, "closed", when);
      assert.ok(world.sockets.length <= 1);
    }
  });
});

describe("After the end of a connection", () => {
  for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 1013, 4300]) {
    test(`${code}: tried again after a wait between 0 and half a second`, async () => {
      assert.equal(await waitAfter(code), 500);
      assert.equal(await waitAfter(code, { chance: 0 }), 0);
      assert.equal(await waitAfter(code, { chance: 0.5 }), 250);
    });
  }

  test("the wait doubles with each failure, up to half a minute", async () => {
    const waits = [];
    for (const attempts of [0, 1, 2, 3, 6, 7, 40]) waits.push(await waitAfter(1006, { attempts, opened: false }));
    assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 30_000, 30_000, 30_000]);
  });

  test("all of the wait is random", async () => {
    assert.equal(await waitAfter(1006, { attempts: 4, opened: false, chance: 0 }), 0);
  });

  for (const code of [4000, 4003, 4004, 4005, 4099]) {
    test(`${code}: stays away`, async () => {
      assert.equal(await waitAfter(code), null);
      assert.equal(await waitAfter(code, { bye: { code, retry: 5 } }), null);
    });
  }

  test("4001 without a token function: stays away", async () => assert.equal(await waitAfter(4001), null));

  for (const code of [4100, 4101, 4102, 4199]) {
    test(`${code}: comes back later, when \`bye\` says`, async () => {
      assert.equal(await waitAfter(code), 20_000);
      assert.equal(await waitAfter(code, { chance: 0 }), 10_000);
      assert.equal(await waitAfter(code, { bye: { code, retry: 3_456 } }), 3_456);
    });
  }

  for (const code of [4200, 4201, 4202, 4203, 4299]) {
    test(`${code}: comes back now, but not in a loop`, async () => {
      assert.equal(await waitAfter(code), 0);
      assert.equal(await waitAfter(code, { attempts: 1 }), 1_000);
    });
  }

  test("1001 with a `bye`: in the slot that this client was given", async () => {
    assert.equal(await waitAfter(1001, { bye: { code: 1001, retry: 7_777 } }), 7_777);
  });

  test("a `bye` before any welcome counts, as in a refusal", async () => {
    assert.equal(await waitAfter(4101, { opened: false, bye: { code: 4101, retry: 2_000 } }), 2_000);
    assert.equal(await waitAfter(4101, { opened: false, attempts: 3, bye: { code: 4101, retry: 2_000 } }), 80_000);
  });

  test("the code of the `bye` counts when the close frame was lost", async () => {
    assert.equal(await waitAfter(1006, { bye: { code: 4005 } }), null);
  });

  for (const retry of [-1, "100", null, Number.NaN]) {
    test(`a senseless \`retry\` (${retry}) is ignored`, async () => {
      assert.equal(await waitAfter(1001, { bye: { code: 1001, retry } }), 500);
    });
  }

  test("an endless `retry` is an hour", async () => {
    assert.equal(await waitAfter(1001, { bye: { code: 1001, retry: 1e300 } }), 3_600_000);
  });

  test("the next loss begins with the shortest wait once a connection lasted five seconds", async () => {
    const world = new World();
    const sotto = await world.connected();
    const waits = [];
    for (const lasted of [0, 4_999, 5_000, 0]) {
      await world.advance(lasted);
      world.socket.end();
      waits.push(sotto.last("state").delay);
      await world.advance(waits.at(-1));
      await world.greet();
    }
    assert.deepEqual(waits, [500, 1_000, 500, 1_000]);
  });

  test("what an old socket still says is not heard", async () => {
    const world = new World();
    const sotto = await world.connected();
    const old = world.socket;
    sotto.close();
    sotto.connect();
    await world.greet();
    old.say({ type: "signal", from: "6001", data: 1 });
    old.end(4005);
    assert.equal(sotto.state, "open");
    assert.deepEqual(sotto.told("signal"), []);
  });
});

describe("The page", () => {
  test("coming online, or into view, ends the wait", async () => {
    for (const type of ["online", "visibilitychange"]) {
      const world = new World();
      await world.connected();
      world.socket.end();
      world.happen(type);
      await settle();
      assert.equal(world.sockets.length, 2, type);
    }
  });

  test("going offline, or out of view, does not", async () => {
    const world = new World();
    await world.connected();
    world.socket.end();
    world.happen("offline");
    world.page.document.visibilityState = "hidden";
    world.happen("visibilitychange");
    await settle();
    assert.equal(world.sockets.length, 1);
  });

  test("never ends a wait that the server asked for", async () => {
    for (const bye of [{ code: 4101 }, { code: 1001, retry: 9_000 }]) {
      const world = new World();
      await world.connected();
      world.socket.say({ type: "bye", ...bye });
      world.socket.end(bye.code);
      world.happen("online");
      await settle();
      assert.equal(world.sockets.length, 1);
    }
  });

  test("a change of network is followed by a ping at once", async () => {
    for (const type of ["online", "offline", "visibilitychange"]) {
      const world = new World();
      const sotto = await world.connected();
      world.happen(type);
      assert.equal(world.socket.of("ping").length, 1, type);
      await world.advance(5_000);
      assert.equal(sotto.state, "waiting");
    }
  });

  test("kept for the way back lets the connection go, and makes another when it is shown again", async () => {
    const world = new World();
    const sotto = await world.connected();
    world.happen("pagehide", { persisted: true });
    assert.equal(world.socket.closedWith, 1000);
    await world.advance(60_000);
    assert.equal(world.sockets.length, 1);
    world.happen("pageshow", { persisted: true });
    await world.greet();
    assert.equal(sotto.state, "open");
  });

  test("that is merely shown does nothing", async () => {
    const world = new World();
    await world.connected();
    world.happen("pageshow", { persisted: false });
    assert.deepEqual(world.socket.sent, []);
  });
});
