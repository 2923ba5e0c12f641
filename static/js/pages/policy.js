/** The policy editor: says at once what is not allowed, and hears what others do without moving a field. */

import { differs, refusal, unsentText } from "../lib/policy_check.js";
import { wholeFragment } from "./fragment.js";
import { follow } from "./live.js";
import { post } from "./send.js";

const TAKE_EVERY_MS = 15_000;
const PUBLISHED = /^policy\./;

const page = /** @type {HTMLElement} */ (document.querySelector("[data-policy]"));
const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-policy-form]"));
let isSent = false;
let asked = 0;

/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

/**
 * @param {Element} field
 * @returns {Control}
 */
function control(field) {
  return /** @type {Control} */ (field.querySelector("[data-value]"));
}

/**
 * @param {Element} field
 * @returns {HTMLInputElement | null}
 */
function box(field) {
  return field.querySelector("[data-follow]");
}

/** @returns {HTMLElement[]} */
function fields() {
  return [...form.querySelectorAll("[data-field]")].filter((field) => field instanceof HTMLElement);
}

/**
 * @param {HTMLElement} field
 * @param {string} sentence empty takes the refusal back
 */
function say(field, sentence) {
  const place = field.querySelector("[data-problem]");
  if (!place || place.textContent === sentence) return;
  place.textContent = sentence;
  field.classList.toggle("wrong", sentence !== "");
  if (sentence) control(field).setAttribute("aria-invalid", "true");
  else control(field).removeAttribute("aria-invalid");
}

/**
 * @param {HTMLElement} field
 * @returns {string} what the field says by itself, from its range
 */
function own(field) {
  const typed = control(field);
  const refused = field.querySelector("[data-problem]")?.getAttribute("data-refused") ?? "";
  if (typed instanceof HTMLSelectElement) return "";
  const { low = "", high = "", whole } = field.dataset;
  return refusal(typed.value, { low, high, isWhole: whole === "yes", refused });
}

/**
 * @param {HTMLElement} field
 * @returns {boolean} whether it was changed and not sent
 */
function isTyped(field) {
  const seen = field.querySelector("[data-seen]");
  const follows = box(field);
  if (follows && follows.checked !== follows.defaultChecked) return true;
  return seen instanceof HTMLInputElement && differs(control(field).value, seen.value);
}

function count() {
  const place = document.querySelector("[data-unsent]");
  const said = unsentText(fields().filter(isTyped).length);
  if (place && place.textContent !== said) place.textContent = said;
}

/** Asks the server for what contradicts another field; what is out of range is said already. */
async function check() {
  const mine = ++asked;
  const { status, answer } = await post(/** @type {HTMLFormElement} */ (asForm()), {});
  if (mine !== asked || status !== 200 || !answer) return;
  for (const field of fields()) {
    const path = control(field).name.replace(/^value\./, "");
    say(field, own(field) || String(answer.problems[path] ?? ""));
  }
}

/** @returns {HTMLFormElement} the form, sent to the check instead */
function asForm() {
  const copy = /** @type {HTMLFormElement} */ (form.cloneNode(true));
  copy.action = page.dataset.checkUrl ?? "";
  // A clone of a select shows its first choice again.
  for (const field of form.querySelectorAll("select")) {
    const twin = copy.querySelector(`select[name="${CSS.escape(field.name)}"]`);
    if (twin instanceof HTMLSelectElement) twin.value = field.value;
  }
  return copy;
}

/** @param {Event} event */
function typedInto(event) {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const field = target.closest("[data-field]");
  if (!(field instanceof HTMLElement)) return;
  const follows = box(field);
  const general = field.dataset.general ?? "";
  if (follows && target === follows && follows.checked) control(field).value = general;
  if (follows && target === control(field)) follows.checked &&= !differs(control(field).value, general);
  const sentence = own(field);
  // While a number is being typed it may be wrong for a moment: it is said once the field is left.
  if (event.type === "change" || !sentence) say(field, sentence);
  count();
  if (event.type === "change" && page.dataset.checkUrl) check().catch(() => {});
}

/** @returns {import("../lib/sequence.js").Seqs} */
function seqs() {
  return { [page.dataset.policy ?? ""]: Number(page.dataset.seq) };
}

/**
 * Keeps what a person wrote and opened in a part.
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
function carry(before, after) {
  for (const typed of before.querySelectorAll("textarea")) {
    const fresh = after.querySelector(`#${CSS.escape(typed.id)}`);
    if (fresh instanceof HTMLTextAreaElement && typed.value) fresh.value = typed.value;
  }
  for (const opened of before.querySelectorAll("details[open][data-held]")) {
    const key = opened.getAttribute("data-held") ?? "";
    after.querySelector(`details[data-held="${CSS.escape(key)}"]`)?.setAttribute("open", "");
  }
}

/**
 * Puts a part drawn anew in its place, unless a person is in it.
 * @param {HTMLElement} drawn
 * @param {string} part
 */
function swap(drawn, part) {
  const [before, after] = [document, drawn].map((root) => root.querySelector(`[data-part="${part}"]`));
  if (!(before instanceof HTMLElement) || !(after instanceof HTMLElement)) return;
  if (before.outerHTML === after.outerHTML) return;
  if (before.getAttribute("role") === "status") {
    // A place that is read aloud stays, and what it says changes.
    if (before.textContent !== after.textContent) before.replaceChildren(...after.childNodes);
    return;
  }
  carry(before, after);
  const focused = document.activeElement;
  const isIn = before.contains(focused);
  const id = focused?.id ?? "";
  const caret = focused instanceof HTMLTextAreaElement ? [focused.selectionStart, focused.selectionEnd] : null;
  before.replaceWith(after);
  if (!isIn) return;
  const place = (id && document.getElementById(id)) || after.querySelector("h2");
  if (!(place instanceof HTMLElement)) return;
  if (place instanceof HTMLHeadingElement) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  if (caret && place instanceof HTMLTextAreaElement) place.setSelectionRange(caret[0], caret[1]);
}

/**
 * Counts of the draft at the sections; each link stays where it is.
 * @param {HTMLElement} drawn
 */
function recount(drawn) {
  const [shown, fresh] = [document, drawn].map((root) => [...root.querySelectorAll("[data-tabs] a")]);
  for (const [at, link] of shown.entries()) {
    const now = fresh[at];
    if (now && link.textContent !== now.textContent) link.replaceChildren(...now.childNodes);
  }
}

/**
 * What stands at the fields is as it was read: once another version or draft is there, it says so.
 * @param {HTMLElement} drawn
 */
function date(drawn) {
  if (drawn.dataset.stand === page.dataset.stand) return;
  page.dataset.stand = drawn.dataset.stand;
  for (const note of form.querySelectorAll("[data-moved]:not([data-past])")) {
    note.setAttribute("data-past", "");
    note.prepend(`As of ${page.dataset.readTime}: `);
  }
}

async function snapshot() {
  const drawn = await wholeFragment(page.dataset.partsUrl ?? "", "[data-policy]");
  for (const part of ["summary", "notices", "rail", "further", "beside"]) swap(drawn, part);
  recount(drawn);
  date(drawn);
  page.dataset.seq = drawn.dataset.seq;
  return seqs();
}

form.addEventListener("input", typedInto);
form.addEventListener("change", typedInto);
document.addEventListener("submit", (event) => {
  // Filters lead away from what was typed, so they ask as well.
  if (event.target === form) isSent = true;
});
addEventListener("beforeunload", (event) => {
  if (!isSent && fields().some(isTyped)) event.preventDefault();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) isSent = false;
});
count();
// On a phone the sections are wider than the screen.
document.querySelector("[data-here]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.getElementById("problems")?.focus();
if (page.dataset.policy) {
  follow({ snapshot, event: (event) => PUBLISHED.test(event.name) }, seqs());
} else {
  // No fleet's events tell of what all fleets share.
  setInterval(() => {
    if (document.visibilityState === "visible") snapshot().catch(() => {});
  }, TAKE_EVERY_MS);
}
