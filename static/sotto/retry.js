/**
 * What to do when a connection has ended. The server's own close codes say it by their range:
 * 4000–4099 stay away, 4100–4199 come back later, 4200–4299 come back now. All else is tried again with a growing wait.
 */

const SOON = { base: 500, most: 30_000 };
const LATER = { base: 10_000, most: 120_000 };
/** The longest wait that a server can ask for. */
const LONGEST = 60 * 60 * 1000;

const SENTENCES = new Map([
  [1001, "The server is going away"],
  [1009, "A message was larger than this server accepts"],
  [1011, "The server had an error"],
  [4001, "The token was not accepted"],
  [4003, "The server does not allow this id"],
  [4004, "The operator has removed this client"],
  [4005, "This id is in use by another connection"],
  [4101, "The server has too many connections"],
  [4102, "Too many messages were sent too fast"],
  [4201, "The connection fell silent"],
  [4202, "This page read too slowly; what it missed is kept"],
  [4203, "The token has expired"],
]);

/** Why a connection ended, as the beginning of a sentence. */
export function closeReason({ code, reason = "", opened }) {
  const known = SENTENCES.get(code);
  if (known) return known;
  if (reason) return `The server closed the connection: ${reason} (${code})`;
  if (code === 1006 || code === 1005) return opened ? "The connection was lost" : "The server cannot be reached";
  return `The server closed the connection (${code})`;
}

/** Whether a close code says to stay away. */
export function isFinal(code) {
  return code >= 4000 && code <= 4099;
}

/** Whether a close code says to come back, but later. */
export function isLater(code) {
  return code >= 4100 && code <= 4199;
}

/**
 * How long to wait, in milliseconds; null to stay away.
 *
 * @param {number} code the close code
 * @param {number} attempt how many connections in a row have failed or ended within seconds
 * @param {() => number} random for the jitter: the whole wait is random, so that clients of a restarted server come
 *     back spread out
 * @param {unknown} retry what the server asked for in its `bye`: the slot that it has given to this very client
 * @returns {number | null}
 */
export function retryDelay(code, attempt, random = Math.random, retry = undefined) {
  if (isFinal(code)) return null;
  if (typeof retry === "number" && retry >= 0) {
    // A server that always says the same must not make the page spin.
    const slot = Math.min(retry, LONGEST);
    return attempt === 0 ? slot : Math.max(slot, random() * wait(isLater(code) ? LATER : SOON, attempt));
  }
  if (isLater(code)) return LATER.base + random() * wait(LATER, attempt);
  if (code >= 4200 && code <= 4299 && attempt === 0) return 0;
  return random() * wait(SOON, attempt);
}

function wait({ base, most }, attempt) {
  return Math.min(most, base * 2 ** Math.min(attempt, 16));
}
