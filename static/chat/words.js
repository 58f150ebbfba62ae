/** Sizes, times and events as people say them. */

const DAY = 24 * 60 * 60 * 1000;
const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const WHOLE = new Intl.DateTimeFormat([], { dateStyle: "long", timeStyle: "short" });

/** A size. */
export function inWords(/** @type {number} */ bytes) {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const units = ["KiB", "MiB", "GiB"];
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1).replace(".0", "")} ${units[power - 1]}`;
}

/** Hours and minutes, as the reader's language writes them. */
export function clock(/** @type {number} */ at) {
  return CLOCK.format(at);
}

/** Day and time. */
export function moment(/** @type {number} */ at) {
  return WHOLE.format(at);
}

/** The day of a moment, for whoever reads it at `now`. */
export function day(/** @type {number} */ at, now = Date.now()) {
  const daysAgo = Math.round((midnight(now) - midnight(at)) / DAY);
  if (daysAgo === 0) return "Today";
  if (daysAgo === 1) return "Yesterday";
  const date = new Date(at);
  if (daysAgo > 1 && daysAgo < 7) return date.toLocaleDateString([], { weekday: "long" });
  return date.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}

/** When something was, in few letters: the time of today's, the day of earlier ones. */
export function shortly(/** @type {number} */ at, now = Date.now()) {
  const name = day(at, now);
  if (name === "Today") return clock(at);
  if (now - at < 7 * DAY) return name;
  return new Date(at).toLocaleDateString([], { day: "numeric", month: "short" });
}

/** What a message is, in one line of a list. */
export function preview({ mine, text, data, file }) {
  const what = file ? file.label : (text ?? JSON.stringify(data)).slice(0, 200) || "(empty message)";
  return mine ? `You: ${what}` : what;
}

/** That somebody has left, and why. */
export function leftNotice(/** @type {string} */ peer, /** @type {string} */ why) {
  const reason = { lost: ": the connection was lost", slow: ": the connection was too slow" }[why];
  if (why === "removed") return `${peer} was removed by the operator`;
  return `${peer} left the chat${reason ?? ""}`;
}

/** That messages have outlived what the server keeps. */
export function gapNotice(/** @type {number} */ count) {
  if (count === 1) return "One message waited here for too long, and is gone";
  return `${count} messages waited here for too long, and are gone`;
}

function midnight(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}
