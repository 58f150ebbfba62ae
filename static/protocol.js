/**
 * The plain protocol: how a message becomes a frame and a frame a message. No state, no document.
 *
 *     to the server     text  TARGET:MESSAGE     binary  TARGET:BYTES
 *     from the server   text  Client #SENDER says: MESSAGE      binary  SENDER:BYTES
 *                       text  Client #ID left the chat
 *                       text  Client #ID is offline; …
 *                       text  Error: …
 */

/** The largest frame, address included, that the server takes unless it is told otherwise. */
export const FRAME_BYTES = 16 * 1024 * 1024;

const COLON = 0x3a;
const ID_BYTES = 64;
const ID = String.raw`[^:/\p{White_Space}\p{Cc}]{1,64}`;
const ID_ALONE = new RegExp(`^${ID}$`, "u");

// An id holds no white space and a message always has its sender in front of it, so whatever somebody writes,
// these cannot match inside a message: a notice cannot be forged.
const SAYS = new RegExp(`^Client #(${ID}) says: `, "u");
const LEFT = new RegExp(`^Client #(${ID}) left the chat$`, "u");
const OFFLINE = new RegExp(`^Client #(${ID}) is offline; `, "u");

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is wrong with a client id, as a sentence; null when nothing is. */
export function idProblem(id) {
  if (id === "") return "Please enter an id.";
  if (encoder.encode(id).length > ID_BYTES) return `An id has at most ${ID_BYTES} bytes.`;
  if (!ID_ALONE.test(id) || /\p{Surrogate}/u.test(id)) {
    return "An id has no spaces, control characters, colons or slashes.";
  }
  // A browser resolves these two in an address, even when they are percent-encoded.
  if (id === "." || id === "..") return "“.” and “..” cannot be used in an address.";
  return null;
}

/** The address of a client's WebSocket on the server that this page came from. */
export function webSocketAddress(id, { protocol, host } = location) {
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/ws/${encodeURIComponent(id)}`;
}

/** A text message as a frame. */
export function textFrame(target, text) {
  return `${target}:${text}`;
}

/** A file as a frame; the bytes are not copied. */
export function binaryFrame(target, bytes) {
  return new Blob([`${target}:`, bytes]);
}

/** How many bytes a frame carries. */
export function frameBytes(frame) {
  return typeof frame === "string" ? encoder.encode(frame).length : frame.size;
}

/** Reads a text frame: `{ kind: "message" | "left" | "offline" | "error" | "unknown", peer?, text }`. */
export function parseText(frame) {
  let match = SAYS.exec(frame);
  if (match) return { kind: "message", peer: match[1], text: frame.slice(match[0].length) };
  match = LEFT.exec(frame);
  if (match) return { kind: "left", peer: match[1], text: frame };
  match = OFFLINE.exec(frame);
  if (match) return { kind: "offline", peer: match[1], text: frame };
  return { kind: frame.startsWith("Error: ") ? "error" : "unknown", text: frame };
}

/** Reads a binary frame: `{ peer, bytes }`, the bytes being a view; null when no sender stands in front. */
export function parseBinary(buffer) {
  const bytes = new Uint8Array(buffer);
  const colon = bytes.subarray(0, ID_BYTES + 1).indexOf(COLON);
  if (colon < 1) return null;
  try {
    const peer = decoder.decode(bytes.subarray(0, colon));
    return idProblem(peer) === null ? { peer, bytes: bytes.subarray(colon + 1) } : null;
  } catch {
    return null; // not UTF-8
  }
}
