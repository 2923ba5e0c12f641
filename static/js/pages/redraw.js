/** Puts a new drawing of a page in the place of the old one, part by part, without losing hold. */

/**
 * Redraws the parts that look different, told apart by `data-part`; seconds that pass on a clock
 * are no difference.
 * @param {ParentNode} shown
 * @param {ParentNode} drawn
 * @param {(before: HTMLElement, after: HTMLElement) => void} [carry] moves over what a person typed
 */
export function redrawParts(shown, drawn, carry = () => {}) {
  for (const before of shown.querySelectorAll("[data-part]")) {
    const name = before.getAttribute("data-part");
    const after = drawn.querySelector(`[data-part="${name}"]`);
    if (!(before instanceof HTMLElement) || !(after instanceof HTMLElement)) continue;
    if (look(before) === look(after)) continue;
    carry(before, after);
    swap(before, after);
  }
}

/**
 * Puts one element in another's place; whoever had the focus inside keeps it.
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
export function swap(before, after) {
  const held = handleOf(before);
  before.replaceWith(after);
  if (held) after.querySelector(held)?.focus();
}

/**
 * @param {HTMLElement} part
 * @returns {string} what a person sees of it, not the tokens, which are new in every drawing, nor
 *   what a script has said about a form since; a part with a sign says so itself
 */
export function look(part) {
  if (part.dataset.sign !== undefined) return part.dataset.sign;
  const copy = /** @type {HTMLElement} */ (part.cloneNode(true));
  for (const token of copy.querySelectorAll('input[type="hidden"]')) token.removeAttribute("value");
  for (const form of copy.querySelectorAll("form")) form.removeAttribute("data-busy");
  for (const said of copy.querySelectorAll("[data-problem], [data-progress]")) said.replaceChildren();
  for (const clock of copy.querySelectorAll("[data-countdown]")) {
    clock.replaceWith(clock.getAttribute("data-deadline") ?? "");
  }
  for (const detail of copy.querySelectorAll("details")) detail.removeAttribute("open");
  return copy.innerHTML;
}

/**
 * @param {HTMLElement} part
 * @returns {`a[href="${string}"]` | null} how to find again what has the focus inside
 */
function handleOf(part) {
  const focused = document.activeElement;
  if (!focused || !part.contains(focused)) return null;
  const href = focused.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}
