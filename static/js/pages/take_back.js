/** Takes back an approval of one's own, or a denial, without leaving the page. */

import { announce } from "./announce.js";
import { say, showProblem } from "./decision.js";
import { send } from "./send.js";
import { toast } from "./toast.js";

/**
 * Wires the forms that undo and reopen, now and later, by listening above them.
 * @param {() => Promise<unknown>} refresh draws the panel again
 */
export function startTakingBack(refresh) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (!("undoForm" in form.dataset || "reopenForm" in form.dataset)) return;
    event.preventDefault();
    takeBack(form, refresh);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {() => Promise<unknown>} refresh
 */
async function takeBack(form, refresh) {
  const place = /** @type {HTMLElement} */ (form.closest("[data-undo]"));
  if (place.dataset.busy) return;
  place.dataset.busy = "true";
  say(place, "Taking it back…");
  const outcome = await send(form, {});
  delete place.dataset.busy;
  say(place, "");
  if (outcome.kind === "not_recorded" || outcome.kind === "refused") {
    showProblem(place, outcome, () => takeBack(form, refresh));
    return;
  }
  const isUndo = "undoForm" in form.dataset;
  const said = isUndo ? "Your approval is taken back." : "Reopened: the ticket waits again.";
  if (outcome.kind === "recorded") announce(said);
  else toast(outcome.message, { isBad: true });
  await refresh().catch(() => undefined);
}
