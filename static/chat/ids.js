const ID_BYTES = 64;
const ID = /^[^:/\p{White_Space}\p{Cc}]{1,64}$/u;
const encoder = new TextEncoder();

/** What is wrong with a client id, as a sentence; null when nothing is. */
export function idProblem(/** @type {string} */ id) {
  if (id === "") return "Please enter an id.";
  if (encoder.encode(id).length > ID_BYTES) return `An id has at most ${ID_BYTES} bytes.`;
  if (!ID.test(id) || /\p{Surrogate}/u.test(id)) {
    return "An id has no spaces, control characters, colons or slashes.";
  }
  // A browser resolves these two in an address, even when they are percent-encoded.
  if (id === "." || id === "..") return "“.” and “..” cannot be used in an address.";
  return null;
}
