/** Who else has this ticket open: a line that comes and goes, and is read out to nobody. */

import { fragment } from "./fragment.js";

// Where no beat came for so long, nothing is known any more.
const KNOWN_MS = 30_000;

let shown = "";
let forget = 0;

/** @param {string} sign of who looks, as the socket says it with each beat; empty for nobody else */
export async function heardLooking(sign) {
  clearTimeout(forget);
  forget = window.setTimeout(() => {
    shown = "";
    place()?.replaceChildren();
  }, KNOWN_MS);
  if (sign === shown) return;
  shown = sign;
  const before = place();
  if (!before) return;
  if (!sign) {
    before.replaceChildren();
    return;
  }
  const drawn = await fragment(before.dataset.lookingUrl ?? "", "[data-looking]").catch(() => null);
  if (drawn) place()?.replaceWith(drawn);
  // Not drawn: the next beat asks again.
  else shown = "";
}

/** @returns {HTMLElement | null} */
function place() {
  return document.querySelector("[data-looking]");
}
