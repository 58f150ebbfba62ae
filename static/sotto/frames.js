/**
 * The frames of sotto.v1: a text frame is a JSON object; a binary frame is a 2-byte big-endian length, that many bytes
 * of JSON, and the payload.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LENGTH_BYTES = 2;
const MOST_HEADER_BYTES = 0xffff;

/** What went wrong: `code` is the server's (`bad_target`, `mailbox_full` …) or this client's (`queue_full` …). */
export class SottoError extends Error {
  /**
   * @param {string} code
   * @param {string} message a sentence
   * @param {{ id?: string, ref?: string }} answers the message or the request that it is about
   */
  constructor(code, message, { id, ref } = {}) {
    super(message);
    this.name = "SottoError";
    this.code = code;
    this.id = id;
    this.ref = ref;
  }
}

/** How many bytes a frame carries. */
export function frameBytes(/** @type {string | Uint8Array} */ frame) {
  return typeof frame === "string" ? encoder.encode(frame).length : frame.length;
}

/**
 * @param {object} header
 * @param {Uint8Array} payload copied
 * @returns {Uint8Array}
 */
export function encodeBinary(header, payload) {
  const json = encoder.encode(JSON.stringify(header));
  if (json.length > MOST_HEADER_BYTES) throw new SottoError("too_large", "The name or the id of a file is too long.");
  const frame = new Uint8Array(LENGTH_BYTES + json.length + payload.length);
  new DataView(frame.buffer).setUint16(0, json.length);
  frame.set(json, LENGTH_BYTES);
  frame.set(payload, LENGTH_BYTES + json.length);
  return frame;
}

/** What a frame of each type cannot do without. */
const FIELDS = new Map([
  ["welcome", { client: isString, log: isString }],
  ["message", { from: isString, id: isString, seq: Number.isSafeInteger }],
  ["copy", { to: isString, id: isString, seq: Number.isSafeInteger }],
  ["accepted", { id: isString, seq: Number.isSafeInteger }],
  ["delivered", { to: isString, id: isString }],
  ["read", { to: isString, id: isString }],
  ["signal", { from: isString }],
  ["presence", { peer: isString, online: (value) => typeof value === "boolean" }],
  ["left", { peer: isString }],
  ["history", { messages: Array.isArray }],
  ["gap", { from: isString, count: Number.isSafeInteger }],
  ["bye", {}],
  ["error", { code: isString, message: isString }],
  ["pong", {}],
]);

/**
 * Reads a frame of the server.
 *
 * @param {string | ArrayBuffer} data as it came from the socket
 * @returns {Record<string, any>} an object of a known type with all that belongs to it; that of a binary frame has its
 *     payload as `bytes`, a view
 * @throws {SottoError} `bad_frame`
 */
export function decode(data) {
  let frame;
  try {
    frame = typeof data === "string" ? JSON.parse(data) : decodeBinary(data);
  } catch {
    throw badFrame("The server sent a frame that cannot be read");
  }
  const fields = FIELDS.get(frame?.type);
  if (!fields) throw badFrame("The server sent a frame of a type that this client does not know");
  for (const [name, isRight] of Object.entries(fields)) {
    if (!isRight(frame[name])) throw badFrame(`The server sent “${frame.type}” without a proper “${name}”`);
  }
  return frame;
}

export function badFrame(/** @type {string} */ what) {
  return new SottoError("bad_frame", `${what}; it was ignored.`);
}

function decodeBinary(/** @type {ArrayBuffer} */ buffer) {
  const length = new DataView(buffer).getUint16(0);
  const header = JSON.parse(decoder.decode(new Uint8Array(buffer, LENGTH_BYTES, length)));
  return { ...header, bytes: new Uint8Array(buffer, LENGTH_BYTES + length) };
}

function isString(value) {
  return typeof value === "string";
}
