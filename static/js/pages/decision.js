/**
 * Arm, then confirm: choosing opens a question, answering it sends. A decision is shown as
 * recorded only with the server's time; nothing is queued, nothing is sent again by itself.
 */

import { attemptFor, randomKey } from "../lib/idempotency.js";
import { badNote } from "./note.js";
import { send } from "./send.js";

/** @typedef {import("../lib/outcome.js").Outcome} Outcome */

/** @type {import("../lib/idempotency.js").Attempt | null} the last one that was not confirmed */
let unconfirmed = null;
/** @type {Set<string>} keys that have been sent and must not carry another decision */
const sent = new Set();
/** The choice whose key or link led to the reason, for a reason that fits every choice. */
let meant = "";

/**
 * @param {HTMLFormElement} form
 * @param {(outcome: Outcome) => void} answered
 */
export function startDecision(form, answered) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = /** @type {SubmitEvent} */ (event).submitter;
    if (button instanceof HTMLButtonElement && button.dataset.choice) arm(form, button);
  });
  form.addEventListener("input", () => disarm(form));
  one(form, "[data-confirm-no]")?.addEventListener("click", () => stepBack(form));
  one(form, "[data-confirm-yes]")?.addEventListener("click", (event) => {
    // The second half of a double click was meant for the first button.
    if (event.detail <= 1) commit(form, answered);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && form.dataset.armed) stepBack(form);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!event.repeat) askFor(form);
    }
  });
}

/**
 * Goes to what is to be filled in before a choice; commits nothing.
 * @param {HTMLFormElement} form
 * @param {string} choice
 */
export function begin(form, choice) {
  disarm(form);
  meant = choice;
  putFirst(form, choice);
  const isTicked = form.querySelector('input[name="tasks"]:checked') !== null;
  const held = isTicked ? null : one(form, 'input[name="tasks"]');
  (held ?? one(form, "select") ?? one(form, `[data-choice="${choice}"]`))?.focus();
}

/**
 * Goes to what is still to be filled in before a choice or, where nothing is, to its question.
 * @param {HTMLFormElement} form
 * @param {string} choice
 */
export function goOn(form, choice) {
  begin(form, choice);
  const button = one(form, `[data-choice="${choice}"]`);
  if (button instanceof HTMLButtonElement && button.type === "submit" && form.checkValidity()) {
    form.requestSubmit(button);
  }
}

/**
 * Puts the reasons for a choice before those for others, so that a first letter finds them first.
 * @param {HTMLFormElement} form
 * @param {string} choice
 */
function putFirst(form, choice) {
  const reasons = form.querySelector("select");
  const fitting = reasons?.querySelector(`[data-for="${choice}"]`)?.closest("optgroup");
  const chosen = reasons?.selectedOptions[0];
  if (fitting) reasons?.querySelector("optgroup")?.before(fitting);
  if (chosen) chosen.selected = true;
}

/**
 * Asks the question of the choice that the reason is for, or that the person set out to make.
 * @param {HTMLFormElement} form
 */
function askFor(form) {
  const choice = form.querySelector("select")?.selectedOptions[0]?.dataset.for || meant;
  const button = one(form, `[data-choice="${choice}"]`);
  if (!(button instanceof HTMLButtonElement)) form.reportValidity();
  else if (button.type === "submit") form.requestSubmit(button);
  else say(form, whyOff(button));
}

/**
 * @param {HTMLButtonElement} button one that is off
 * @returns {string} why it is
 */
function whyOff(button) {
  const ids = button.getAttribute("aria-describedby")?.split(" ") ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent?.trim() ?? "").join(" ");
}

/**
 * Takes the question back and stands at the choice it was about.
 * @param {HTMLFormElement} form
 */
function stepBack(form) {
  const choice = form.dataset.armed;
  disarm(form);
  one(form, `[data-choice="${choice}"]`)?.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
function one(form, selector) {
  return form.querySelector(selector);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
function arm(form, button) {
  if (form.dataset.busy) return;
  say(form, "");
  const chosen = form.querySelector("select")?.selectedOptions[0];
  const fits = chosen?.dataset.for ?? "";
  if (fits && fits !== button.dataset.choice) {
    const message = `This reason does not fit. Choose one under ${button.textContent?.trim()}.`;
    showProblem(form, { kind: "refused", message, field: "reason_code" });
    return;
  }
  const question = one(form, "[data-confirm]");
  const asks = one(form, "[data-confirm-asks]");
  const yes = one(form, "[data-confirm-yes]");
  if (!question || !asks || !yes) return;
  form.dataset.armed = button.dataset.choice ?? "";
  asks.textContent = `${button.dataset.asks}?`;
  yes.textContent = `Yes, ${(button.textContent ?? "").trim().toLowerCase()}`;
  yes.className = `${button.className} fill`;
  question.hidden = false;
  // Not the button: a key that is held down must not answer the question it has just asked.
  question.focus();
  question.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLFormElement} form */
export function disarm(form) {
  delete form.dataset.armed;
  const question = one(form, "[data-confirm]");
  if (question) question.hidden = true;
}

/**
 * @param {HTMLFormElement} form
 * @param {(outcome: Outcome) => void} answered
 */
async function commit(form, answered) {
  const choice = form.dataset.armed;
  if (!choice || form.dataset.busy) return;
  // Not left on a button that is gone: an answer may take long, or never come.
  stepBack(form);
  form.dataset.busy = "true";
  say(form, "Recording…");
  const fields = new FormData(form);
  const words = [fields.get("reason_code"), fields.get("reason_text")];
  const named = ["tasks", "tickets", `counted_${choice}`].map((name) => fields.getAll(name));
  const body = JSON.stringify([choice, words, named]);
  unconfirmed = attemptFor(unconfirmed, body, () => newKey(fields));
  sent.add(unconfirmed.key);
  const outcome = await send(form, { choice, idempotency_key: unconfirmed.key });
  delete form.dataset.busy;
  say(form, "");
  if (outcome.kind !== "not_recorded") unconfirmed = null;
  if (outcome.kind === "not_recorded" || outcome.kind === "signed_out" || outcome.kind === "refused") {
    showProblem(form, outcome, () => {
      form.dataset.armed = choice;
      commit(form, answered);
    });
  }
  answered(outcome);
}

/**
 * @param {FormData} fields
 * @returns {string} the server's key, unless it has carried a decision already
 */
function newKey(fields) {
  const given = String(fields.get("idempotency_key") ?? "");
  return given && !sent.has(given) ? given : randomKey(crypto.getRandomValues(new Uint8Array(16)));
}

/**
 * @param {HTMLElement} form
 * @param {string} text
 */
export function say(form, text) {
  const progress = form.querySelector("[data-progress]");
  if (progress) progress.textContent = text;
  const problem = form.querySelector("[data-problem]");
  if (problem) problem.replaceChildren();
  for (const error of form.querySelectorAll("[data-error]")) error.textContent = "";
  for (const field of form.querySelectorAll("[data-field]")) field.classList.remove("wrong");
}

/**
 * @param {HTMLElement} form
 * @param {Outcome} outcome
 * @param {() => void} [again] how to send the same once more
 */
export function showProblem(form, outcome, again) {
  const field = outcome.field ? form.querySelector(`[data-field="${CSS.escape(outcome.field)}"]`) : null;
  const error = field?.querySelector("[data-error]");
  if (field && error) {
    field.classList.add("wrong");
    if (field instanceof HTMLElement) field.hidden = false;
    error.textContent = outcome.message;
    const control = field.querySelector("select, textarea, input");
    if (control instanceof HTMLElement) control.focus();
    return;
  }
  const note = badNote(outcome.message);
  if (outcome.kind === "not_recorded" && again) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn end-link";
    button.textContent = "Try again";
    button.addEventListener("click", again);
    note.append(button);
  }
  form.querySelector("[data-problem]")?.replaceChildren(note);
}
