import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { tabName } from "../../static/sotto/tab.js";
import { World, settle } from "./world.js";

/** A browser with tabs; each page in one has a `sessionStorage` and what the browser gives to all. */
class Browser {
  world = new World();
  held = new Map();
  queue = [];
  channels = new Set();

  page(tab, { locks = true, channels = true } = {}) {
    const page = { held: [], channels: [] };
    const { setTimeout, clearTimeout } = this.world;
    const scope = { sessionStorage: tab, setTimeout, clearTimeout };
    if (locks) scope.navigator = { locks: { request: (...request) => this.#request(page, ...request) } };
    if (channels) scope.BroadcastChannel = this.#channelClass(page);
    return Object.assign(page, { name: tabName(scope) });
  }

  /** The page ends, as by a reload. */
  end(page) {
    for (const name of page.held) this.held.delete(name);
    for (const channel of page.channels) this.channels.delete(channel);
    for (const { name, grant } of this.queue.splice(0)) if (!this.held.has(name)) grant();
  }

  #request(page, name, { signal }, callback) {
    return new Promise((resolve, reject) => {
      const grant = () => {
        this.held.set(name, page);
        page.held.push(name);
        resolve(callback({ name }));
      };
      signal.addEventListener("abort", () => reject(new Error("AbortError")));
      if (this.held.has(name)) this.queue.push({ name, grant });
      else grant();
    });
  }

  #channelClass(page) {
    const { channels } = this;
    return class {
      onmessage = null;
      constructor(name) {
        this.name = name;
        channels.add(this);
        page.channels.push(this);
      }
      postMessage(data) {
        for (const each of channels) if (each !== this) setImmediate(() => each.onmessage?.({ data }));
      }
      close() {
        channels.delete(this);
      }
    };
  }
}

function session(entries = []) {
  const items = new Map(entries);
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
  };
}

/** As a browser does for “duplicate tab”. */
const duplicate = (tab) => session(tab.items);

for (const [by, options] of [
  ["Web Locks", {}],
  ["a BroadcastChannel", { locks: false }],
]) {
  describe(`The name of a tab, held by ${by}`, () => {
    async function nameOf(browser, page) {
      await browser.world.advance(1_000);
      return page.name;
    }

    test("is kept when the tab is reloaded", async () => {
      const browser = new Browser();
      const tab = session();
      const first = browser.page(tab, options);
      const name = await nameOf(browser, first);
      browser.end(first);
      assert.equal(await nameOf(browser, browser.page(tab, options)), name);
    });

    test("is another in another tab", async () => {
      const browser = new Browser();
      const names = [];
      for (let tab = 0; tab < 3; tab++) names.push(await nameOf(browser, browser.page(session(), options)));
      assert.equal(new Set(names).size, 3);
    });

    test("is not shared with a duplicate, which keeps its own from then on", async () => {
      const browser = new Browser();
      const tab = session();
      const original = await nameOf(browser, browser.page(tab, options));
      const copy = duplicate(tab);
      const first = browser.page(copy, options);
      const name = await nameOf(browser, first);
      assert.notEqual(name, original);
      browser.end(first);
      assert.equal(await nameOf(browser, browser.page(copy, options)), name);
    });

    test("belongs to one of two that ask for it at the same time", async () => {
      // Which of the two has the larger number is up to chance.
      for (let turn = 0; turn < 20; turn++) {
        const browser = new Browser();
        const tab = session([["sotto.tab", "both"]]);
        const pages = [browser.page(tab, options), browser.page(duplicate(tab), options)];
        await browser.world.advance(1_000);
        const names = await Promise.all(pages.map(({ name }) => name));
        assert.equal(names.filter((name) => name === "both").length, 1);
      }
    });
  });
}

describe("The name of a tab", () => {
  test("is waited for while the page before is still ending", async () => {
    const browser = new Browser();
    const tab = session();
    const first = browser.page(tab);
    await browser.world.advance(0);
    const second = browser.page(tab);
    await browser.world.advance(400);
    browser.end(first);
    await settle();
    assert.equal(await second.name, await first.name);
    assert.equal(browser.world.timers, 0);
  });

  test("is a fresh one each time where nothing can hold it", async () => {
    const browser = new Browser();
    const tab = session();
    const options = { locks: false, channels: false };
    const names = [await browser.page(tab, options).name, await browser.page(tab, options).name];
    assert.equal(new Set(names).size, 2);
  });

  test("is a fresh one where sessionStorage is forbidden, or full", async () => {
    const browser = new Browser();
    const full = { getItem: () => null, setItem: () => { throw new Error("QuotaExceededError"); } };
    assert.match(await browser.page(full).name, /^[0-9a-f]{32}$/);
    const forbidden = {
      get sessionStorage() {
        throw new Error("SecurityError");
      },
    };
    assert.match(await tabName(forbidden), /^[0-9a-f]{32}$/);
  });
});
