import { newName } from "./environment.js";

const KEY = "sotto.tab";
/** A page that is being reloaded may not have let go of its name yet. */
const LOCK_WAIT = 500;
/** Another tab with the same name answers within that. */
const ANSWER_WAIT = 150;

/**
 * A name for this tab that it keeps when it is reloaded, and that no other tab has.
 *
 * `sessionStorage` keeps it. A tab that is duplicated gets a copy of that, so the name must be held as well: by a Web
 * Lock, or, where there are none (a page without TLS), by answering on a BroadcastChannel. Where neither is to be had,
 * each page has a name of its own.
 *
 * @returns {Promise<string>}
 */
export async function tabName(world = globalThis) {
  const session = sessionOf(world);
  const name = session?.getItem(KEY);
  if (name && (await hold(name, world))) return name;
  const fresh = newName();
  try {
    session?.setItem(KEY, fresh);
  } catch {
    return fresh; // no room: it is lost with this page
  }
  hold(fresh, world).catch(() => {}); // nobody else knows it yet, so that there is nothing to wait for
  return fresh;
}

function sessionOf(world) {
  try {
    return world.sessionStorage;
  } catch {
    return undefined; // the settings of the browser forbid it
  }
}

/** Whether this tab is the only one with that name, which it is from then on. */
async function hold(name, world) {
  if (world.navigator?.locks) return holdLock(name, world);
  if (world.BroadcastChannel) return holdChannel(name, world);
  return false;
}

function holdLock(name, { navigator, setTimeout, clearTimeout }) {
  return new Promise((resolve) => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), LOCK_WAIT);
    const held = () => {
      clearTimeout(timer);
      resolve(true);
      return new Promise(() => {}); // until the page ends
    };
    navigator.locks.request(`${KEY} ${name}`, { signal: giveUp.signal }, held).catch(() => resolve(false));
  });
}

/** Asks all tabs, and from then on answers. Of two that ask at the same time the one with the larger number has it. */
function holdChannel(name, { BroadcastChannel, setTimeout }) {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(KEY);
    const number = newName();
    let isMine = false;
    let isTaken = false;
    channel.onmessage = ({ data }) => {
      if (data?.name !== name) return;
      if (data.taken === number) isTaken = true;
      if (!data.asks) return;
      if (isMine || data.asks < number) channel.postMessage({ name, taken: data.asks });
      else isTaken = true; // it may have come too late to hear us ask
    };
    channel.postMessage({ name, asks: number });
    setTimeout(() => {
      isMine = !isTaken;
      if (isTaken) channel.close();
      resolve(isMine);
    }, ANSWER_WAIT);
  });
}
