/** Keeps what is under the pointer where it is while a live page is drawn again around it. */

/** @type {{x: number, y: number} | null} */
let pointer = null;
document.addEventListener("pointermove", ({ clientX, clientY }) => {
  pointer = { x: clientX, y: clientY };
});
document.documentElement.addEventListener("pointerleave", () => {
  pointer = null;
});

/** @param {() => void} change redraws parts of the page */
export function keptStill(change) {
  const handles = pointer ? handlesAt(pointer) : [];
  change();
  for (const { selector, top } of handles) {
    const after = document.querySelector(selector);
    if (!after) continue;
    const moved = after.getBoundingClientRect().top - top;
    if (moved) scrollBy({ top: moved, behavior: "instant" });
    return;
  }
}

/**
 * @param {{x: number, y: number}} place
 * @returns {{selector: string, top: number}[]} how to find again what is there, and how high it
 *   stood: the link, or else the part it belongs to
 */
function handlesAt({ x, y }) {
  const under = document.elementFromPoint(x, y);
  const handles = [];
  for (let each = under; each; each = each.parentElement) {
    const selector = selectorOf(each);
    // A selector that several share leads to another one.
    if (!selector || document.querySelector(selector) !== each) continue;
    handles.push({ selector, top: each.getBoundingClientRect().top });
  }
  return handles;
}

/**
 * @param {Element} element
 * @returns {string}
 */
function selectorOf(element) {
  for (const name of ["href", "data-part", "data-chart"]) {
    const value = element.getAttribute(name);
    if (value) return `main [${name}="${CSS.escape(value)}"]`;
  }
  return "";
}
