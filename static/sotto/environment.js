/**
 * What the client takes from the world around it. Each can be given in the options of `Sotto`, as tests do.
 *
 * @typedef {object} Environment
 * @property {typeof globalThis.WebSocket} WebSocket
 * @property {() => number} now milliseconds since 1970
 * @property {() => number} random in [0, 1), for the jitter of waits
 * @property {(action: () => void, milliseconds: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {EventTarget | null} page where `online`, `offline`, `visibilitychange`, `pagehide` and `pageshow` happen
 */

/** @returns {Environment} */
export function environment(options = {}) {
  // The functions of a browser insist on being called as its own, hence the arrows.
  return {
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    now: options.now ?? (() => Date.now()),
    random: options.random ?? (() => Math.random()),
    setTimeout: options.setTimeout ?? ((action, milliseconds) => setTimeout(action, milliseconds)),
    clearTimeout: options.clearTimeout ?? ((timer) => clearTimeout(timer)),
    page: options.page ?? (typeof globalThis.addEventListener === "function" ? globalThis : null),
  };
}

/** 128 random bits as a name: for a message, or for a tab. */
export function newName() {
  const bytes = new Uint8Array(16);
  // Math.random is for engines without the other (Node 18): not secret, yet nobody has the same twice.
  if (globalThis.crypto) crypto.getRandomValues(bytes);
  else bytes.forEach((_, index) => (bytes[index] = Math.random() * 256));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
