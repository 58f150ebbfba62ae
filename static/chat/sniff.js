/**
 * Says from its first bytes what a file is, for the few kinds that are safe and possible to show in a page.
 *
 * Neither a name nor a declared type is believed, as a stranger chooses both. Everything that is not recognised here
 * is a download: SVG and HTML above all, since they can carry script.
 */

/** How many of the first bytes are looked at. */
export const SNIFF_BYTES = 4096;

const ascii = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));

/** `{ kind: "image" | "audio" | "video", type, extension }`, or null for a file that is only offered as a download. */
export function sniff(file) {
  const bytes = file.subarray(0, SNIFF_BYTES);
  for (const look of [image, riff, isoMedia, matroska, ogg, audio]) {
    const found = look(bytes);
    if (found) return found;
  }
  return null;
}

const found = (type, extension) => ({ kind: type.split("/")[0], type, extension });

function image(bytes) {
  const head = ascii(bytes, 0, 8);
  if (head === "\x89PNG\r\n\x1a\n") return found("image/png", "png");
  if (head.startsWith("\xff\xd8\xff")) return found("image/jpeg", "jpg");
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return found("image/gif", "gif");
  // "BM" alone begins many a text: the reserved bytes and the size of the second header are looked at too.
  const headerSizes = [12, 40, 52, 56, 64, 108, 124];
  if (head.startsWith("BM") && ascii(bytes, 6, 10) === "\0\0\0\0" && headerSizes.includes(bytes[14])) {
    return found("image/bmp", "bmp");
  }
  return null;
}

function riff(bytes) {
  if (ascii(bytes, 0, 4) !== "RIFF") return null;
  const form = ascii(bytes, 8, 12);
  if (form === "WEBP") return found("image/webp", "webp");
  if (form === "WAVE") return found("audio/wav", "wav");
  return null;
}

/** MP4 and its relations: a box `ftyp` that lists brands. */
function isoMedia(bytes) {
  if (ascii(bytes, 4, 8) !== "ftyp") return null;
  const length = (bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
  const brands = ascii(bytes, 8, Math.max(12, Math.min(length, 256))).match(/.{4}/gs) ?? [];
  if (brands.includes("avif") || brands.includes("avis")) return found("image/avif", "avif");
  if (brands.some((brand) => /^(hei|hev|mif1|msf1)/.test(brand))) return null; // HEIF: few browsers show it
  if (/^(M4A|M4B|F4A) /.test(brands[0])) return found("audio/mp4", "m4a");
  return found("video/mp4", "mp4");
}

function matroska(bytes) {
  if (ascii(bytes, 0, 4) !== "\x1aE\xdf\xa3") return null;
  const head = ascii(bytes, 4, bytes.length);
  if (!head.slice(0, 64).includes("webm")) return null;
  return /A_(OPUS|VORBIS)/.test(head) && !head.includes("V_")
    ? found("audio/webm", "weba")
    : found("video/webm", "webm");
}

function ogg(bytes) {
  if (ascii(bytes, 0, 4) !== "OggS") return null;
  return ascii(bytes, 4, bytes.length).includes("theora") ? found("video/ogg", "ogv") : found("audio/ogg", "ogg");
}

function audio(bytes) {
  const head = ascii(bytes, 0, 4);
  if (head === "fLaC") return found("audio/flac", "flac");
  if (head.startsWith("ID3")) return found("audio/mpeg", "mp3");
  if (bytes[0] !== 0xff) return null;
  // MPEG-1 or 2, layer III, and neither a forbidden bit rate nor a forbidden sampling rate. The byte order mark of
  // UTF-16, FF FE, reads as layer I and is left out.
  const layerIII = (bytes[1] & 0xe6) === 0xe2 && (bytes[1] & 0x18) !== 0x08;
  if (layerIII && bytes[2] >> 4 !== 0x0f && bytes[2] >> 4 !== 0 && (bytes[2] & 0x0c) !== 0x0c) {
    return found("audio/mpeg", "mp3");
  }
  const adts = (bytes[1] & 0xf6) === 0xf0 && ((bytes[2] >> 2) & 0x0f) < 13;
  if (adts) return found("audio/aac", "aac");
  return null;
}
