/** Sends a control once per press and tells what came of it; nothing looks done before it is. */

import { effectText } from "../lib/effect.js";
import { outcomeOf } from "../lib/outcome.js";
import { badNote } from "./note.js";
import { post } from "./send.js";
import { toast } from "./toast.js";

/**
 * @typedef {object} Effect what came of a control
 * @property {"recorded" | "conflict" | "refused" | "signed_out" | "not_recorded"} kind
 * @property {string} message for the person
 * @property {string} [field] the field that was wrong
 */

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} fields further fields, such as the button's
 * @returns {Promise<Effect>}
 */
export async function sendControl(form, fields = {}) {
  const askedAt = performance.now();
  const { status, answer } = await post(form, fields);
  const outcome = outcomeOf(status, answer);
  if (outcome.kind === "recorded") {
    const effect = /** @type {import("../lib/effect.js").Answer} */ (answer);
    return { kind: "recorded", message: effectText(effect, performance.now() - askedAt) };
  }
  // Somebody was first: the server's sentence says who, what and when.
  if (status === 409 && answer?.detail) {
    return { kind: "conflict", message: `Not recorded. ${answer.detail}` };
  }
  return outcome;
}

/**
 * Wires every form of controls, now and later, by listening above them.
 * @param {(form: HTMLFormElement, effect: Effect) => void} answered
 */
export function startControls(answered) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("controlForm" in form.dataset)) return;
    event.preventDefault();
    const button = /** @type {SubmitEvent} */ (event).submitter;
    if (!(button instanceof HTMLButtonElement) || !button.value || form.dataset.busy) return;
    if ("needsReason" in button.dataset && !reasonOf(form)) {
      wrong(form, `To ${button.value} it, say why.`);
      return;
    }
    wrong(form, "");
    form.dataset.busy = "true";
    progress(form, `${button.textContent?.trim()}…`);
    const effect = await sendControl(form, { control: button.value });
    delete form.dataset.busy;
    const shown = shownNow(form);
    if (shown) {
      progress(shown, "");
      if (effect.kind === "refused" && effect.field === "reason") wrong(shown, effect.message);
      else if (effect.kind !== "recorded") problem(shown, effect.message);
    } else if (effect.kind !== "recorded" && effect.kind !== "conflict") {
      // The pages toast those two themselves.
      toast(effect.message, { isBad: true });
    }
    answered(shown ?? form, effect);
  });
}

/**
 * @param {HTMLFormElement} sent
 * @returns {HTMLFormElement | undefined} the form a person sees now: a snapshot may have drawn it
 *   again, or the dialog around it may be closed, while the answer was on its way
 */
function shownNow(sent) {
  const action = sent.getAttribute("action");
  return [...document.querySelectorAll("form")].find(
    (form) =>
      "controlForm" in form.dataset &&
      form.getAttribute("action") === action &&
      form.getClientRects().length > 0,
  );
}

/**
 * @param {HTMLFormElement} form
 * @returns {string}
 */
function reasonOf(form) {
  return String(new FormData(form).get("reason") ?? "").trim();
}

/**
 * @param {HTMLElement} form
 * @param {string} text
 */
function progress(form, text) {
  const place = form.querySelector("[data-progress]");
  if (place) place.textContent = text;
  form.querySelector("[data-problem]")?.replaceChildren();
}

/**
 * @param {HTMLElement} form
 * @param {string} text empty where the reason is as it should be
 */
function wrong(form, text) {
  const field = form.querySelector('[data-field="reason"]');
  const error = field?.querySelector("[data-error]");
  field?.classList.toggle("wrong", Boolean(text));
  if (error) error.textContent = text;
  if (text) field?.querySelector("textarea")?.focus();
}

/**
 * @param {HTMLElement} form
 * @param {string} text
 */
function problem(form, text) {
  form.querySelector("[data-problem]")?.replaceChildren(badNote(text));
}
