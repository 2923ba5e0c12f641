/** Sends a control once per press and tells what came of it; nothing looks done before it is. */

import { effectText } from "../lib/effect.js";
import { outcomeOf } from "../lib/outcome.js";
import { toast } from "./toast.js";

const TIMEOUT_MS = 15_000;

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
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const askedAt = performance.now();
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "X-CSRFToken": String(body.get("csrfmiddlewaretoken")),
        "Idempotency-Key": String(body.get("idempotency_key")),
      },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.json().catch(() => null);
    if (response.ok && answer?.ok) {
      return { kind: "recorded", message: effectText(answer, performance.now() - askedAt) };
    }
    // Somebody was first: the server's sentence says who, what and when.
    if (response.status === 409 && answer?.detail) {
      return { kind: "conflict", message: `Not recorded. ${answer.detail}` };
    }
    return outcomeOf(response.type === "opaqueredirect" ? 401 : response.status, answer);
  } catch {
    // No answer: the network, the time limit, or a server that went away.
    return outcomeOf(0, null);
  }
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
export function problem(form, text) {
  const note = document.createElement("p");
  note.className = "note bad";
  const words = document.createElement("span");
  words.textContent = text;
  note.append(words);
  form.querySelector("[data-problem]")?.replaceChildren(note);
}
