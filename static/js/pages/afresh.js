/** Loads the page anew where nothing less helps, and never in a circle. */

const STORE = "countersign.afresh";
// While servers of two releases answer in turns, a page would load for ever.
const AT_MOST_EVERY_MS = 60_000;

/** @returns {boolean} false where the page was loaded anew a moment ago */
export function loadAfresh() {
  const last = Number(sessionStorage.getItem(STORE));
  if (Date.now() - last < AT_MOST_EVERY_MS) return false;
  sessionStorage.setItem(STORE, String(Date.now()));
  location.reload();
  return true;
}

/** @returns {boolean} whether loading the page anew would take something from the person */
export function isInUse() {
  if (document.querySelector("dialog[open]")) return true;
  if (document.activeElement?.closest("form, dialog")) return true;
  const fields = [...document.querySelectorAll("textarea, input:not([type=hidden])")];
  return fields.some(
    (field) =>
      (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) &&
      field.value !== field.defaultValue,
  );
}
