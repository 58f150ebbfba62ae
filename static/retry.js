/**
 * What to do when a connection has ended. The server's own close codes say it by their range:
 * 4000–4099 stay away, 4100–4199 come back later, 4200–4299 come back now. All else is tried again with a growing wait.
 */

const SOON = { base: 500, most: 30_000 };
const LATER = { base: 10_000, most: 120_000 };

const SENTENCES = new Map([
  [1001, "The server is going away"],
  [1009, "A message was larger than this server accepts"],
  [1011, "The server had an error"],
  [4001, "The token was not accepted"],
  [4003, "The server does not allow this id"],
  [4004, "The operator has removed this client"],
  [4005, "This id is in use by a newer connection"],
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

/**
 * How long to wait, in milliseconds; null to stay away.
 *
 * @param code the close code
 * @param attempt how many connections in a row have failed or ended within seconds
 * @param random for the jitter: the whole wait is random, so that clients of a restarted server come back spread out
 */
export function retryDelay(code, attempt, random = Math.random) {
  if (code >= 4000 && code <= 4099) return null;
  if (code >= 4100 && code <= 4199) return LATER.base + random() * wait(LATER, attempt);
  // At once, but only the first time: a server that always says so must not make the page spin.
  if (code >= 4200 && code <= 4299 && attempt === 0) return 0;
  return random() * wait(SOON, attempt);
}

function wait({ base, most }, attempt) {
  return Math.min(most, base * 2 ** Math.min(attempt, 16));
}
