/** A copy of the one element in a template. */
export function clone(/** @type {string} */ template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}
