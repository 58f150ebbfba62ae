import { tabName } from "./tab.js";

/**
 * @typedef {object} Change
 * @property {string | null} log
 * @property {number} seq
 * @property {Map<string, number | null>} seen keys of messages, and when they were processed; null to forget one
 *
 * @typedef {object} Record what one tab has processed of one client's messages
 * @property {string | null} log the store of the server that `seq` belongs to
 * @property {number} seq everything up to it was processed
 * @property {[string, number][]} seen oldest first
 * @property {(change: Change) => Promise<void>} save
 *
 * @typedef {object} Storage
 * @property {(address: string) => Promise<Record>} open
 */

const DATABASE = "sotto";
/** What a tab has left behind is deleted when nobody has come back to it for so long. */
const KEPT = 30 * 24 * 60 * 60 * 1000;

/** Remembers as long as the page lives. @implements {Storage} */
export class MemoryStorage {
  async open() {
    return { log: null, seq: 0, seen: [], save: async () => {} };
  }
}

/** Remembers across reloads of a tab, in IndexedDB; each tab for itself. @implements {Storage} */
export class TabStorage {
  /** Who writes each record: of two clients in one page with the same address, the newer one. */
  #writers = new Map();
  #tab = null;
  #database = null;

  async open(address) {
    const writer = {};
    const name = `${await (this.#tab ??= tabName())} ${address}`;
    this.#writers.set(name, writer);
    const database = await (this.#database ??= openDatabase());
    const record = await load(database, name);
    const save = async (change) => {
      if (this.#writers.get(name) === writer) await write(database, name, change);
    };
    return { ...record, save };
  }
}

/** The one of this page. */
export const tabStorage = new TabStorage();

//     tabs   name → { log, seq, usedAt }
//     seen   [name, key] → when it was processed
async function openDatabase() {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("tabs");
    opening.result.createObjectStore("seen");
  };
  const database = await outcome(opening);
  // A later version of this file, in another tab, is not to be held up.
  database.onversionchange = () => database.close();
  await deleteOld(database, Date.now() - KEPT);
  return database;
}

async function load(database, name) {
  const reading = database.transaction(["tabs", "seen"]);
  const [tab, keys, times] = await Promise.all([
    outcome(reading.objectStore("tabs").get(name)),
    outcome(reading.objectStore("seen").getAllKeys(allOf(name))),
    outcome(reading.objectStore("seen").getAll(allOf(name))),
  ]);
  const seen = keys.map(([, key], index) => [key, times[index]]).sort(([, one], [, other]) => one - other);
  return { log: tab?.log ?? null, seq: tab?.seq ?? 0, seen };
}

async function write(database, name, { log, seq, seen }) {
  const writing = database.transaction(["tabs", "seen"], "readwrite");
  const times = writing.objectStore("seen");
  writing.objectStore("tabs").put({ log, seq, usedAt: Date.now() }, name);
  for (const [key, at] of seen) {
    if (at === null) times.delete([name, key]);
    else times.put(at, [name, key]);
  }
  await completion(writing);
}

async function deleteOld(database, before) {
  const writing = database.transaction(["tabs", "seen"], "readwrite");
  const tabs = writing.objectStore("tabs");
  const cursor = tabs.openCursor();
  cursor.onsuccess = () => {
    const tab = cursor.result;
    if (!tab) return;
    if (!(tab.value.usedAt >= before)) {
      tab.delete();
      writing.objectStore("seen").delete(allOf(tab.key));
    }
    tab.continue();
  };
  await completion(writing);
}

function allOf(name) {
  return IDBKeyRange.bound([name], [name, []]); // an array comes after all strings
}

function outcome(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    // Another tab with an older version of the database open.
    request.onblocked = () => reject(new Error("the database is in use"));
  });
}

function completion(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("the database is closed"));
  });
}
