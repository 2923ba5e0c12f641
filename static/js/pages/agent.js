/** The live agent page: the parts that changed are drawn again by the server, one by one. */

import { startControls } from "./control.js";
import { wholeFragment } from "./fragment.js";
import { heardHalt } from "./halt.js";
import { follow } from "./live.js";
import { redrawParts } from "./redraw.js";
import { toast } from "./toast.js";

/** Scores and load move without events; this often the page is taken anew. */
const TAKE_EVERY_MS = 30_000;
/** A ring's verdict names its members in its payload alone. */
const CONCERNS_ALL = /^(policy|fleet)\.|^collusion\.settled$/;

/** @returns {HTMLElement} */
function body() {
  return /** @type {HTMLElement} */ (document.querySelector("[data-agent]"));
}

/** @returns {import("../lib/sequence.js").Seqs} */
function seqsOf() {
  return { [body().dataset.fleet ?? ""]: Number(body().dataset.seq) };
}

/** @returns {Promise<import("../lib/sequence.js").Seqs>} */
async function snapshot() {
  const drawn = await wholeFragment(body().dataset.partsUrl ?? "", "[data-agent]");
  redrawParts(body(), drawn, retype);
  body().dataset.seq = drawn.dataset.seq;
  return seqsOf();
}

/**
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
function retype(before, after) {
  const [typed, next] = [before.querySelector("textarea"), after.querySelector("textarea")];
  if (!typed || !next || !typed.value) return;
  next.value = typed.value;
  if (document.activeElement !== typed) return;
  const { selectionStart, selectionEnd } = typed;
  queueMicrotask(() => {
    next.focus();
    next.setSelectionRange(selectionStart, selectionEnd);
  });
}

/**
 * @param {import("../lib/sequence.js").LiveEvent} event
 * @returns {boolean} whether the page may have changed
 */
function hear(event) {
  if (heardHalt(event)) return false;
  return event.ids.agent === body().dataset.agent || CONCERNS_ALL.test(event.name);
}

document.addEventListener("countdown-over", () => setTimeout(() => snapshot().catch(() => {}), 1000));
startControls(async (form, effect) => {
  if (effect.kind === "not_recorded" || effect.kind === "signed_out") return;
  if (effect.kind === "recorded") {
    toast(effect.message);
    const reason = form.querySelector("textarea");
    if (reason) reason.value = "";
    // One key for one intention: the drawing that follows brings a new one.
    const controls = document.querySelector('[data-part="controls"]');
    if (controls instanceof HTMLElement) controls.dataset.sign = "done";
  }
  if (effect.kind === "conflict") toast(effect.message, { isBad: true });
  if (effect.kind !== "refused") await snapshot().catch(() => {});
});
setInterval(() => {
  if (document.visibilityState === "visible") snapshot().catch(() => {});
}, TAKE_EVERY_MS);
follow({ snapshot, event: hear }, seqsOf());
