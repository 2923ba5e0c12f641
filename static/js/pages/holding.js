/** What a holder does beside deciding: snooze, wake, ask, answer, hand over. Each is a folded form. */

import { attemptFor, randomKey } from "../lib/idempotency.js";
import { say, showProblem } from "./decision.js";
import { send } from "./send.js";

/** @typedef {import("../lib/outcome.js").Outcome} Outcome */
/** @typedef {{name: string, value: string, isText: boolean}} Value */
/** @typedef {{name: string, isOpen: boolean, values: Value[]}} Kept */

const FIELDS = ["until", "to", "level", "text", "reason_text"];
/** @type {import("../lib/idempotency.js").Attempt | null} the last one that was not confirmed */
let unconfirmed = null;

/**
 * Wires the forms of a holder, now and later, by listening above them.
 * @param {(form: HTMLFormElement, outcome: Outcome) => void} answered called unless the form can be
 *   mended where it stands
 */
export function startHolding(answered) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("holderForm" in form.dataset)) return;
    event.preventDefault();
    commit(form, answered);
  });
}

/**
 * Sends a form once, and again with the same key until the server has answered.
 * @param {HTMLFormElement} form
 * @param {(form: HTMLFormElement, outcome: Outcome) => void} answered called unless the form can be
 *   mended where it stands
 */
export async function commit(form, answered) {
  if (form.dataset.busy) return;
  form.dataset.busy = "true";
  say(form, "Recording…");
  const fields = new FormData(form);
  const body = JSON.stringify([form.action, ...FIELDS.map((name) => fields.get(name))]);
  unconfirmed = attemptFor(unconfirmed, body, newKey);
  const outcome = await send(form, { idempotency_key: unconfirmed.key });
  delete form.dataset.busy;
  say(form, "");
  if (outcome.kind !== "not_recorded") unconfirmed = null;
  if (outcome.kind === "recorded" || outcome.kind === "conflict") {
    answered(form, outcome);
    return;
  }
  showProblem(form, outcome, () => commit(form, answered));
}

/** @returns {string} */
function newKey() {
  return randomKey(crypto.getRandomValues(new Uint8Array(16)));
}

/**
 * Unfolds a form and goes to its first field, or to the sentence that says why it is off.
 * @param {string} name
 */
export function openHolder(name) {
  const fold = document.querySelector(`details[data-holder="${name}"]`);
  if (!(fold instanceof HTMLDetailsElement)) return;
  fold.open = true;
  const first = fold.querySelector("select, textarea, [aria-disabled]");
  if (first instanceof HTMLElement) first.focus();
}

/**
 * Folds a form whose move is recorded: drawn again it would stand open to say that it is off now,
 * and its words are no longer unsent.
 * @param {HTMLFormElement} form
 */
export function foldAway(form) {
  form.reset();
  const fold = form.closest("details");
  if (!fold) return;
  fold.open = false;
  for (const control of controls(fold)) delete control.dataset.typed;
}

/**
 * Gives the focus, where the drawing of the panel has lost it, to the fold that was in use.
 * @param {string} name
 */
export function standAt(name) {
  if (document.activeElement !== document.body) return;
  const summary = document.querySelector(`details[data-holder="${name}"] > summary`);
  if (summary instanceof HTMLElement) summary.focus();
}

/**
 * @param {ParentNode} panel
 * @returns {Kept[]} what is unfolded and typed in the forms of a panel that is to be drawn again
 */
export function keptHolding(panel) {
  const kept = folds(panel).map((fold) => ({
    name: fold.dataset.holder ?? "",
    isOpen: fold.open,
    values: controls(fold)
      .filter(isOwn)
      .map((control) => ({
        name: control.name,
        value: control.value,
        isText: control instanceof HTMLTextAreaElement,
      })),
  }));
  return [...kept, ...keptAsked(panel)];
}

/**
 * @param {ParentNode} panel
 * @returns {Kept[]} the words of a form of its own that a question stands in place of
 */
function keptAsked(panel) {
  const question = panel.querySelector("form[data-question]");
  const name = question instanceof HTMLFormElement ? question.dataset.question : "";
  if (!(question instanceof HTMLFormElement) || !name) return [];
  const value = String(new FormData(question).get("reason_text") ?? "");
  return [{ name, isOpen: true, values: [{ name: "reason_text", value, isText: true }] }];
}

/**
 * @param {ParentNode} panel
 * @param {string} [name]
 * @returns {HTMLFormElement | null}
 */
export function holderForm(panel, name) {
  return name ? panel.querySelector(`details[data-holder="${name}"] form`) : null;
}

/**
 * @param {HTMLSelectElement | HTMLTextAreaElement} control
 * @returns {boolean} whether a person put in what it holds, now or before the page came back
 */
function isOwn(control) {
  if (control instanceof HTMLSelectElement) return true;
  return control.value !== control.defaultValue || "typed" in control.dataset;
}

/**
 * @param {ParentNode} panel
 * @param {Kept[]} kept
 * @returns {string[]} what was typed in fields that are not there any more
 */
export function restoreHolding(panel, kept) {
  for (const fold of folds(panel)) {
    const before = kept.find(({ name }) => name === fold.dataset.holder);
    if (!before) continue;
    fold.open = before.isOpen || fold.open;
    const values = new Map(before.values.map(({ name, value }) => [name, value]));
    for (const control of controls(fold)) {
      const value = values.get(control.name);
      const isOffered =
        control instanceof HTMLTextAreaElement ||
        [...control.options].some((option) => option.value === value);
      if (value && isOffered) control.value = value;
    }
  }
  return kept.flatMap(({ name, values }) =>
    values
      .filter((own) => {
        const place = `details[data-holder="${name}"] textarea[name="${own.name}"]`;
        return own.isText && own.value && !panel.querySelector(place);
      })
      .map(({ value }) => value),
  );
}

/**
 * @param {ParentNode} root
 * @returns {HTMLDetailsElement[]}
 */
function folds(root) {
  const found = root.querySelectorAll("details[data-holder]");
  return [...found].filter((fold) => fold instanceof HTMLDetailsElement);
}

/**
 * @param {ParentNode} root
 * @returns {(HTMLSelectElement | HTMLTextAreaElement)[]}
 */
function controls(root) {
  return [...root.querySelectorAll("select, textarea")].filter(
    (control) => control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement,
  );
}
