/** The live list of agents: rows are redrawn where they stand, a new order waits behind a button. */

import { agentPlan, showMovedText } from "../lib/fleet_policy.js";
import { announce } from "./announce.js";
import { startControls } from "./control.js";
import { fragment, wholeFragment } from "./fragment.js";
import { heardHalt } from "./halt.js";
import { follow } from "./live.js";
import { redrawParts, swap } from "./redraw.js";
import { toast } from "./toast.js";

/** Scores, load and times move without events; this often the list is taken anew. */
const TAKE_EVERY_MS = 30_000;
/** Tickets come and go all day and change one number here; that may wait this long. */
const COUNT_AFTER_MS = 3_000;
const SUMMED_UP = /^(agent|breaker|tier)\.|^collusion\.settled$/;
/** @type {HTMLElement | null} the newest list, drawn but not shown */
let fresh = null;
/** @type {Map<string, boolean>} rows on their way, and whether they changed again meanwhile */
const underWay = new Map();
/** Which way the person went last: only its answer is shown. */
let trip = 0;
let counting = 0;

/** @returns {HTMLElement} */
function list() {
  return /** @type {HTMLElement} */ (document.querySelector("[data-fleet]"));
}

/**
 * @param {ParentNode} root
 * @returns {HTMLElement[]}
 */
function rows(root) {
  return [...root.querySelectorAll("[data-row]")].filter((row) => row instanceof HTMLElement);
}

/** @param {HTMLElement} row */
const keyOf = (row) => row.dataset.agentId ?? "";

/** @param {HTMLElement} row */
const stateOf = (row) => ({ key: keyOf(row), sign: row.dataset.sign ?? "" });

/** @param {string} key */
function shownRow(key) {
  return rows(list()).find((row) => keyOf(row) === key);
}

/** @returns {import("../lib/sequence.js").Seqs} */
function seqsOf() {
  return { [list().dataset.fleet ?? ""]: Number(list().dataset.seq) };
}

/**
 * Takes one row again. While it is on its way further changes wait for one more look.
 * @param {string} key
 */
async function refetch(key) {
  const row = shownRow(key);
  if (!row) return;
  if (underWay.has(key)) {
    underWay.set(key, true);
    return;
  }
  underWay.set(key, false);
  try {
    const drawn = await fragment(row.dataset.rowUrl ?? "", "[data-row]");
    const now = shownRow(key);
    if (now && drawn && now.dataset.sign !== drawn.dataset.sign) swap(now, drawn);
    else if (now && !drawn) now.remove();
  } catch {
    // The next snapshot brings it; the light shows that the server is silent.
  }
  const again = underWay.get(key);
  underWay.delete(key);
  if (again) await refetch(key);
}

/** @returns {Promise<import("../lib/sequence.js").Seqs>} */
async function snapshot() {
  const asked = list();
  const drawn = await wholeFragment(asked.dataset.listUrl ?? "", "[data-fleet]");
  // The person went elsewhere meanwhile: this answers for a list that is not shown any more.
  if (asked !== list()) return snapshot();
  const plan = agentPlan(rows(list()).map(stateOf), rows(drawn).map(stateOf));
  for (const key of plan.redraw) {
    const [before, after] = [shownRow(key), rows(drawn).find((row) => keyOf(row) === key)];
    if (before && after) swap(before, /** @type {HTMLElement} */ (after.cloneNode(true)));
  }
  for (const key of plan.refetch) refetch(key);
  redrawParts(list(), drawn);
  relabel(list(), drawn);
  list().dataset.seq = drawn.dataset.seq;
  const isEmpty = rows(list()).length === 0;
  fresh = drawn;
  if (isEmpty && plan.moved) showFresh();
  else offer(plan.moved);
  return seqsOf();
}

/**
 * Brings the counts in the filters' labels up to date; what the person chose stays.
 * @param {ParentNode} shown
 * @param {ParentNode} drawn
 */
function relabel(shown, drawn) {
  for (const option of shown.querySelectorAll("[data-filters] option")) {
    if (!(option instanceof HTMLOptionElement)) continue;
    const select = option.closest("select")?.id ?? "";
    const same = `#${CSS.escape(select)} option[value="${CSS.escape(option.value)}"]`;
    const label = drawn.querySelector(same)?.textContent ?? option.textContent;
    if (option.textContent !== label) option.textContent = label;
  }
}

/** @param {number} count */
function offer(count) {
  const button = document.querySelector("[data-show-new]");
  const words = document.querySelector("[data-show-new-text]");
  if (!(button instanceof HTMLElement) || !words) return;
  const text = showMovedText(count);
  if (count && button.hidden) announce(text);
  words.textContent = text;
  button.hidden = count === 0;
}

/** Shows the newest list as a whole: only when the person asked, or when nothing can be moved. */
function showFresh() {
  if (!fresh) return;
  const typed = document.querySelector("#filter-q");
  const words = typed instanceof HTMLInputElement ? typed.value : "";
  list().replaceWith(fresh);
  fresh = null;
  offer(0);
  const search = document.querySelector("#filter-q");
  if (search instanceof HTMLInputElement) search.value = words;
}

/**
 * Goes to another page, order or filter of the list without loading the rest again.
 * @param {string} address
 * @param {boolean} remember whether Back leads to where the person was
 */
async function go(address, remember) {
  const url = new URL(address, location.href);
  const keep = document.activeElement?.getAttribute("data-keep");
  const rowsUrl = new URL(list().dataset.listUrl ?? "", location.href);
  rowsUrl.search = url.search;
  if (remember && url.href !== location.href) history.pushState(null, "", url.href);
  trip += 1;
  const mine = trip;
  let shown;
  try {
    shown = await fragment(rowsUrl.href, "[data-fleet]");
  } catch {
    shown = null;
  }
  if (mine !== trip) return;
  if (!shown) {
    location.reload();
    return;
  }
  list().replaceWith(shown);
  fresh = null;
  offer(0);
  const held = keep ? shown.querySelector(`[data-keep="${keep}"]`) : null;
  if (held instanceof HTMLElement) held.focus();
  if (held instanceof HTMLInputElement) held.setSelectionRange(held.value.length, held.value.length);
  announce(shown.querySelector("caption")?.textContent ?? "No agent matches.");
}

/** @param {HTMLFormElement} form */
function filter(form) {
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) said.set(name, String(value));
  go(`${form.action}?${said}`, true);
}

/** @returns {HTMLDialogElement | null} */
function dialog() {
  return document.querySelector("[data-control-dialog]");
}

/** @param {string} url */
async function openControls(url) {
  const box = dialog();
  const drawn = await fragment(url, "[data-control-panel]").catch(() => null);
  if (!box || !drawn) {
    toast("The controls could not be fetched. Try again, or open the agent's page.", { isBad: true });
    return;
  }
  box.dataset.url = url;
  box.replaceChildren(drawn);
  if (!box.open) box.showModal();
}

/**
 * @param {import("../lib/sequence.js").LiveEvent} event
 * @returns {boolean} whether what sums the list up may have changed
 */
function hear(event) {
  // The sentence above the list says that the fleet is halted.
  if (heardHalt(event)) return true;
  if (event.ids.agent) refetch(event.ids.agent);
  if (event.name.startsWith("ticket.") && !counting) {
    counting = window.setTimeout(() => {
      counting = 0;
      snapshot().catch(() => {});
    }, COUNT_AFTER_MS);
  }
  return SUMMED_UP.test(event.name);
}

document.querySelector("[data-show-new]")?.addEventListener("click", showFresh);
document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("[data-close]")) dialog()?.close();
  const link = target.closest("a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if ("soft" in link.dataset) {
    if (new URL(link.href).pathname !== location.pathname) return;
    event.preventDefault();
    go(link.href, true);
  } else if (link.dataset.controls) {
    event.preventDefault();
    openControls(link.dataset.controls);
  }
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("filters" in form.dataset)) return;
  event.preventDefault();
  filter(form);
});
document.addEventListener("change", (event) => {
  const form = /** @type {Element} */ (event.target).closest("form[data-filters]");
  if (form instanceof HTMLFormElement) filter(form);
});
document.addEventListener("countdown-over", (event) => {
  const row = /** @type {Element} */ (event.target).closest("[data-row]");
  if (row instanceof HTMLElement) setTimeout(() => refetch(keyOf(row)), 1000);
});
addEventListener("popstate", () => go(location.href, false));
startControls(async (form, effect) => {
  const box = dialog();
  if (effect.kind === "recorded") {
    box?.close();
    toast(effect.message);
  } else if (effect.kind === "conflict" && box?.dataset.url) {
    toast(effect.message, { isBad: true });
    await openControls(box.dataset.url);
  }
});
setInterval(() => {
  if (document.visibilityState === "visible") snapshot().catch(() => {});
}, TAKE_EVERY_MS);
follow({ snapshot, event: hear }, seqsOf());
