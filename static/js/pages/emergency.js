/** An emergency: arm, then confirm, in a form of its own; sent like the forms of a holder. */

import { commit } from "./holding.js";

/** @typedef {import("../lib/outcome.js").Outcome} Outcome */

/**
 * Wires the form of an emergency, now and later, by listening above it.
 * @param {(form: HTMLFormElement, outcome: Outcome) => void} answered called unless the form can be
 *   mended where it stands
 */
export function startEmergency(answered) {
  document.addEventListener("submit", (event) => {
    const form = formOf(event);
    if (!form) return;
    event.preventDefault();
    show(form, true);
  });
  document.addEventListener("input", (event) => {
    const form = formOf(event);
    if (form) show(form, false);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" ? formOf(event) : null;
    if (form) goBack(form);
  });
  document.addEventListener("click", (event) => {
    const form = formOf(event);
    const button = /** @type {Element} */ (event.target).closest("button");
    if (!form || !button) return;
    if ("emergencyNo" in button.dataset) goBack(form);
    // The second half of a double click was meant for the first button.
    if (!("emergencyYes" in button.dataset) || event.detail > 1) return;
    show(form, false);
    commit(form, answered);
  });
}

/**
 * @param {Event} event
 * @returns {HTMLFormElement | null}
 */
function formOf(event) {
  const target = event.target;
  return target instanceof Element ? target.closest("form[data-emergency-form]") : null;
}

/** @param {HTMLFormElement} form */
function goBack(form) {
  const question = form.querySelector("[data-confirm]");
  if (!(question instanceof HTMLElement) || question.hidden) return;
  question.hidden = true;
  form.querySelector("textarea")?.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {boolean} isArmed
 */
function show(form, isArmed) {
  const question = form.querySelector("[data-confirm]");
  if (!(question instanceof HTMLElement)) return;
  question.hidden = !isArmed;
  if (!isArmed) return;
  // Not the button: a key that is held down must not answer the question it has just asked.
  question.focus();
  question.scrollIntoView({ block: "nearest" });
}
