const HUES = 8;

/** Gives an avatar its letter, and a colour that is always the same for one id. */
export function dress(/** @type {HTMLElement} */ avatar, /** @type {string} */ id) {
  avatar.firstElementChild.textContent = [...id][0].toUpperCase();
  avatar.dataset.hue = [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % HUES;
}
