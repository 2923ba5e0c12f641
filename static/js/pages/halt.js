/** The halt of a fleet on every page: its button in the bar, its note above the page. */

import { sendControl } from "./control.js";
import { fragment } from "./fragment.js";
import { look } from "./redraw.js";

/** How often the halts were asked for, and which of the answers is the newest that came. */
let asked = 0;
let answered = 0;
/** Whether a form was used: its key may carry nothing else, so the next drawing replaces it. */
let isSpent = false;

/** Takes the halts again: after one's own form, an event about somebody else's, a snapshot. */
export async function refreshHalts() {
  const url = place()?.dataset.url;
  if (!url) return;
  asked += 1;
  const mine = asked;
  const wasSpent = isSpent;
  try {
    const drawn = await fragment(url, "body");
    if (!drawn || mine < answered) return;
    answered = mine;
    for (const part of ["[data-halts]", "[data-halt-control]", "[data-mode]"]) {
      const [shown, fresh] = [piece(document, part), piece(drawn, part)];
      // An open menu stays open under the hand while nothing has changed.
      if (shown && fresh && (isSpent || look(shown) !== look(fresh))) replace(shown, fresh);
    }
    if (wasSpent) isSpent = false;
  } catch {
    // The light shows that the server is silent; the next event or page tells.
  }
}

/**
 * @param {import("../lib/sequence.js").LiveEvent} event
 * @returns {boolean} whether it was about a halt
 */
export function heardHalt(event) {
  if (!/^fleet\.(halted|resumed|halt_explained)$/.test(event.name)) return false;
  refreshHalts();
  return true;
}

export function startHalt() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("haltForm" in form.dataset)) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "true";
    say(form.dataset.doing ?? "Recording…", "");
    const effect = await sendControl(form);
    delete form.dataset.busy;
    const isGood = effect.kind === "recorded";
    say(effect.message, isGood ? "good" : "bad");
    if (effect.kind === "not_recorded") return;
    isSpent = true;
    await refreshHalts();
  });
}

/**
 * Puts a new drawing in place; words that somebody is typing move over.
 * @param {Element} shown
 * @param {Element} fresh
 */
function replace(shown, fresh) {
  for (const form of shown.querySelectorAll("form[data-halt-form]")) {
    const typed = form.querySelector('input[name="reason"]');
    const next = fresh.querySelector(`form[action="${form.getAttribute("action")}"] input[name="reason"]`);
    if (!(typed instanceof HTMLInputElement) || !(next instanceof HTMLInputElement)) continue;
    next.value = typed.value || next.value;
    if (!form.closest("details")?.open) continue;
    next.closest("details")?.setAttribute("open", "");
  }
  const name = document.activeElement?.id;
  shown.replaceChildren(...fresh.childNodes);
  if (name) document.getElementById(name)?.focus();
}

/** @returns {HTMLElement | null} */
function place() {
  return piece(document, "[data-halts]");
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
function piece(root, selector) {
  return root.querySelector(selector);
}

/**
 * @param {string} text
 * @param {string} tone
 */
function say(text, tone) {
  const said = document.querySelector("[data-halt-said]");
  if (!(said instanceof HTMLElement)) return;
  said.className = `note ${tone} said`;
  said.textContent = text;
  said.hidden = !text;
}
