/** The live pages whose parts the server draws again: overview, trends, service levels, cascades, rings, incidents, rules, webhooks, backtests, retention, integrity. */

import { randomKey } from "../lib/idempotency.js";
import { startControls } from "./control.js";
import { wholeFragment } from "./fragment.js";
import { heardHalt } from "./halt.js";
import { follow } from "./live.js";
import { heard, isPaused, startPause } from "./pause.js";
import { redrawParts } from "./redraw.js";
import { keptStill } from "./still.js";
import { toast } from "./toast.js";

/** Most tasks end without an event; this often the page is taken anew. */
const TAKE_EVERY_MS = 15_000;
/** No event says that a message was taken, and people wait for their test. */
const TAKE_LOG_EVERY_MS = 4_000;
/** A backtest says each second how far it is, and a person waits for it. */
const TAKE_JOB_EVERY_MS = 1_000;
const LIST = "list";
const RINGS = "collusion";
const RULES = "rules";
const WEBHOOKS = "webhooks";
const BACKTESTS = "backtests";
const RETENTION = "retention";
const INTEGRITY = "integrity";
const OVERVIEW = "overview";
const SERVICE = "service";
/** What adds up days: taken anew every few seconds, not at each event. */
const TRENDS = "trends";
const ADDED_UP = ["matrix"];
/** What detectors find, and the audits that are drawn. */
const DETECTING = ["detectors", "shadow", "audits"];
const FOUND = /^((breaker|drift|cascade|collusion|fleet|audit)\.|task\.attempt_denied$)/;
/** Whatever changes how many tickets wait, or have ended. */
const COUNTED = "opened|resolved|expired|withdrawn|superseded|undone|reopened|snoozed|woken";
const TICKETS = new RegExp(`^ticket\\.(${COUNTED}|escalated)$`);
/** What the overview adds up; tasks come and go all day and change nothing there by themselves. */
const SUMMED_UP = new RegExp(`^(agent|breaker|tier|drift|cascade|collusion|fleet|policy)\\.|^ticket\\.(${COUNTED})$`);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let nextTake;

/** @returns {HTMLElement} */
function body() {
  return /** @type {HTMLElement} */ (document.querySelector("[data-incidents]"));
}

/** @returns {import("../lib/sequence.js").Seqs} */
function seqsOf() {
  return { [body().dataset.fleet ?? ""]: Number(body().dataset.seq) };
}

/** @returns {Promise<import("../lib/sequence.js").Seqs>} */
async function snapshot() {
  const drawn = await wholeFragment(body().dataset.partsUrl ?? "", "[data-incidents]");
  heard(Number(drawn.dataset.seq));
  // Asked for meanwhile, after a loss say: it counts, and is drawn once the page goes on.
  if (isPaused()) return { [body().dataset.fleet ?? ""]: Number(drawn.dataset.seq) };
  keptStill(() => redrawParts(body(), drawn, carry));
  body().dataset.seq = drawn.dataset.seq;
  const isBusy = "busy" in drawn.dataset;
  if (body().toggleAttribute("data-busy", isBusy)) takeLater();
  return seqsOf();
}

/**
 * Keeps open what a person opened, and what they typed there.
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
function carry(before, after) {
  for (const opened of before.querySelectorAll("details[open][data-held]")) {
    const key = opened.getAttribute("data-held") ?? "";
    after.querySelector(`details[data-held="${CSS.escape(key)}"]`)?.setAttribute("open", "");
  }
  for (const typed of before.querySelectorAll("textarea")) {
    const next = after.querySelector(`#${CSS.escape(typed.id)}`);
    if (!(next instanceof HTMLTextAreaElement) || !typed.value) continue;
    next.value = typed.value;
    if (document.activeElement !== typed) continue;
    const { selectionStart, selectionEnd } = typed;
    queueMicrotask(() => {
      next.focus();
      next.setSelectionRange(selectionStart, selectionEnd);
    });
  }
}

/**
 * @param {import("../lib/sequence.js").LiveEvent} event
 * @returns {boolean} whether the page may have changed
 */
function hear(event) {
  const about = body().dataset.incidents;
  const isHalt = heardHalt(event);
  heard(event.seq);
  if (isPaused()) return false;
  if (about === OVERVIEW || about === TRENDS) return SUMMED_UP.test(event.name);
  if (about === SERVICE) return TICKETS.test(event.name);
  if (ADDED_UP.includes(about ?? "")) return false;
  if (DETECTING.includes(about ?? "")) return FOUND.test(event.name);
  if (isHalt) return false;
  if (event.name.startsWith("fleet.incident") || event.name === "drift.held") return true;
  if (about === WEBHOOKS) return event.name.startsWith("webhook.");
  if (about === RULES) return event.name.startsWith("preapproval.");
  if (about === RETENTION) return /^(retention|policy)\./.test(event.name);
  if (about === INTEGRITY) return event.name.startsWith("log.");
  if (about === BACKTESTS) return event.name.startsWith("policy.");
  if (about === LIST) return event.name.startsWith("cascade.");
  const isCheck = event.name.startsWith("audit.");
  if (about === RINGS) return isCheck || event.name.startsWith("collusion.");
  return isCheck || [event.ids.cascade, event.ids.ring].includes(about) || event.name.startsWith("ticket.");
}

startControls(async (form, effect) => {
  if (effect.kind === "not_recorded" || effect.kind === "signed_out") return;
  if (effect.kind === "recorded") {
    toast(effect.message);
    const reason = form.querySelector("textarea");
    if (reason) reason.value = "";
    // What is pressed again is meant again, even where the form is not drawn anew.
    const key = form.querySelector('input[name="idempotency_key"]');
    if (key instanceof HTMLInputElement) key.value = randomKey(crypto.getRandomValues(new Uint8Array(16)));
  }
  if (effect.kind === "conflict") toast(effect.message, { isBad: true });
  if (effect.kind !== "refused") await snapshot().catch(() => {});
});
/** @returns {number} how long the page may show what it shows, in milliseconds */
function takeAfterMs() {
  if ("busy" in body().dataset) return TAKE_JOB_EVERY_MS;
  return body().dataset.incidents === WEBHOOKS ? TAKE_LOG_EVERY_MS : TAKE_EVERY_MS;
}

/** Takes the page anew once that time has passed; whatever was to come before it does not. */
function takeLater() {
  clearTimeout(nextTake);
  nextTake = setTimeout(async () => {
    if (document.visibilityState === "visible" && !isPaused()) await snapshot().catch(() => {});
    takeLater();
  }, takeAfterMs());
}

takeLater();
heard(Number(body().dataset.seq));
startPause(snapshot);
follow({ snapshot, event: hear }, seqsOf());
