import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "./server.js";
import { World, settle } from "./world.js";

/** The same numbers in [0, 1) for the same seed (a linear congruential generator, Numerical Recipes). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The page of a client: what it has processed outlives it, as in a database of the application. */
class Page {
  processed = [];
  copies = [];
  reloads = 0;

  constructor(world, client) {
    this.world = world;
    this.client = client;
    this.load();
  }

  load() {
    const sotto = this.world.client({ url: `ws://server/ws/${this.client}` });
    this.sotto = sotto;
    sotto.addEventListener("message", ({ detail }) => this.processed.push(detail.text));
    sotto.addEventListener("copy", ({ detail }) => this.copies.push(detail.text));
    sotto.connect();
  }

  /** The page ends without a word, and is loaded anew. */
  async reload() {
    await settle(); // what was being written down is written down
    this.reloads += 1;
    this.sotto.close();
    this.load();
  }
}

for (let seed = 1; seed <= 20; seed++) {
  test(`whatever breaks, each accepted message is processed exactly once and in order (${seed})`, async () => {
    const random = seeded(seed);
    const world = new World();
    world.chance = 0.1;
    const server = new Server(world);
    const [sender, recipient] = [new Page(world, "1001"), new Page(world, "6001")];
    const sent = [];
    let cuts = 0;
    const step = async () => {
      await settle();
      server.greet();
      server.work(random);
      await world.advance(1_000);
    };
    for (let number = 1; number <= 150; number++) {
      sent.push(sender.sotto.send("6001", String(number), { id: `id-${number}` }));
      if (random() < 0.1) cuts += 1, server.cut();
      if (random() < 0.05) await recipient.reload();
      if (random() < 0.3) await step();
    }
    for (let turn = 0; turn < 3_000 && sender.sotto.pending > 0; turn++) await step();
    assert.equal(sender.sotto.pending, 0, "all are accepted in the end");
    await recipient.reload();
    for (let turn = 0; turn < 400; turn++) await step();
    assert.deepEqual(sent.filter(({ state }) => state !== "accepted"), []);
    assert.deepEqual(recipient.processed, sent.map((_, index) => String(index + 1)));
    assert.deepEqual(sender.copies, [], "one's own messages are no news");
    assert.ok(cuts > 5 && recipient.reloads > 2 && world.sockets.length > 20, "enough has broken");
  });
}
