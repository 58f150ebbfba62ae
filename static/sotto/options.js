/**
 * @callback TokenFunction
 * @returns {Promise<string | { token: string, expires?: number | Date } | null>} `expires` in milliseconds since 1970
 *
 * @typedef {object} Options
 * @property {string} [client] who this is; the server is the one that the page came from
 * @property {string | URL} [url] or the whole address, `wss://chat.example/ws/1001`
 * @property {TokenFunction} [token] asked before connecting, before the token expires, and when it was refused
 * @property {string[]} [protocols] further subprotocols to offer, such as a gateway on the way asks for
 * @property {import("./storage.js").Storage} [storage] IndexedDB, where there is one
 */

/**
 * The address of the WebSocket.
 *
 * @param {Options} options
 * @returns {URL}
 */
export function addressOf({ client, url }) {
  if (!url && !client) throw new TypeError("a Sotto needs a client id or a url");
  const address = new URL(url ?? `/ws/${encodeURIComponent(client)}`, globalThis.location?.href);
  address.protocol = address.protocol.replace(/^http/, "ws");
  address.hash = "";
  return address;
}
