/** The live queue: rows are redrawn where they stand, new ones wait behind a button. */

import { neighbour, plan, showNewText } from "../lib/queue_policy.js";
import { announce } from "./announce.js";
import { startClaims } from "./claim.js";
import { fragment, wholeFragment } from "./fragment.js";
import { heardHalt } from "./halt.js";
import { startKeys } from "./keys.js";
import { follow } from "./live.js";
import { keepQueue } from "./onward.js";
import { swap } from "./redraw.js";
import { answerTogether, selectionRedrawn, startSelecting, toggleGroup, toggleRow } from "./selecting.js";

const LEAVES_AFTER_MS = 60_000;
const SWEEP_EVERY_MS = 5_000;
/** @type {Map<string, number>} when a decided row may leave, by key */
const leaving = new Map();
/** How often the server was asked to draw: of two drawings the one asked for later is newer. */
let lastAsked = 0;
/** @type {Map<string, number>} as which of these a row on the page was asked for, by key */
const drawnAs = new Map();
/** @type {HTMLElement | null} the newest list, drawn but not shown */
let fresh = null;
let freshAs = 0;
let currentKey = "";

/** @returns {HTMLElement} */
function list() {
  return /** @type {HTMLElement} */ (document.querySelector("[data-queue]"));
}

/**
 * @param {ParentNode} root
 * @returns {HTMLElement[]}
 */
function rows(root) {
  return [...root.querySelectorAll("[data-row]")].filter((row) => row instanceof HTMLElement);
}

/** @param {HTMLElement} row */
const keyOf = (row) => row.dataset.ticketId ?? "";

/**
 * @param {HTMLElement} row
 * @returns {import("../lib/queue_policy.js").RowState}
 */
function stateOf(row) {
  const { sign = "", state } = row.dataset;
  return { key: keyOf(row), sign, isPending: state === "pending" };
}

/** @param {string} key */
function shownRow(key) {
  return rows(list()).find((row) => keyOf(row) === key);
}

/**
 * Puts a new drawing in a row's place; whoever had the focus inside keeps it.
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
function redraw(before, after) {
  const hadFocus = before.contains(document.activeElement);
  const wasBox = document.activeElement?.matches("[data-pick]") ?? false;
  before.replaceWith(after);
  if (hadFocus) focusIn(after, wasBox);
  if (keyOf(after) === currentKey) after.dataset.current = "";
  const { said } = after.dataset;
  if (said && said !== before.dataset.said) announce(said);
  noteDecided();
  selectionRedrawn();
}

/**
 * @param {HTMLElement} row
 * @param {boolean} wasBox whether its box had the focus; a decided row has none
 */
function focusIn(row, wasBox) {
  const box = wasBox ? row.querySelector("[data-pick]") : null;
  const place = box ?? row.querySelector("a");
  if (place instanceof HTMLElement) place.focus();
}

/**
 * Says that a drawing is there, unless the page shows a newer one of the same row.
 * @param {string} key
 * @param {number} as
 * @returns {boolean} whether it counts
 */
function isNewest(key, as) {
  if (as < (drawnAs.get(key) ?? 0)) return false;
  drawnAs.set(key, as);
  return true;
}

/** @param {HTMLElement} row */
async function refetch(row) {
  const [key, url] = [keyOf(row), row.dataset.rowUrl ?? ""];
  lastAsked += 1;
  const mine = lastAsked;
  try {
    const drawn = await fragment(url, "[data-row]");
    const now = shownRow(key);
    if (!now || !isNewest(key, mine)) return;
    if (drawn) redraw(now, drawn);
    else takeAway(now);
  } catch {
    // The next snapshot brings it; the light shows that the server is silent.
  }
}

/** @param {HTMLElement} row that is nobody's to see any longer; who stood there stands beside it */
function takeAway(row) {
  if (row.contains(document.activeElement)) {
    const keys = rows(list()).map(keyOf);
    const beside = keyOf(row) === keys.at(-1) ? -1 : 1;
    shownRow(neighbour(keys, keyOf(row), beside))?.querySelector("a")?.focus();
  }
  forget(row);
}

/** @param {HTMLElement} row that leaves the page */
function forget(row) {
  leaving.delete(keyOf(row));
  drawnAs.delete(keyOf(row));
  row.remove();
}

/** @returns {Promise<import("../lib/sequence.js").Seqs>} */
async function snapshot() {
  lastAsked += 1;
  const mine = lastAsked;
  const drawn = await wholeFragment(list().dataset.listUrl ?? "", "[data-queue]");
  [fresh, freshAs] = [drawn, mine];
  const changes = plan(rows(list()).map(stateOf), rows(drawn).map(stateOf));
  if (changes.showAtOnce) {
    showFresh();
    announce(showNewText(changes.waiting.length).replace("Show ", ""));
    return seqsOf(list());
  }
  for (const after of rows(drawn)) {
    const before = shownRow(keyOf(after));
    // Also where it looks the same: what was asked for earlier may still be on its way.
    if (!before || !isNewest(keyOf(after), mine) || !changes.redraw.includes(keyOf(after))) continue;
    redraw(before, /** @type {HTMLElement} */ (after.cloneNode(true)));
  }
  for (const key of changes.missing) {
    const row = shownRow(key);
    if (row) refetch(row);
  }
  offer(changes.waiting.length);
  showCounts(drawn);
  return seqsOf(drawn);
}

/** @param {HTMLElement} root */
function seqsOf(root) {
  return JSON.parse(root.dataset.seqs ?? "{}");
}

/** @param {number} count */
function offer(count) {
  const button = document.querySelector("[data-show-new]");
  const words = document.querySelector("[data-show-new-text]");
  if (!(button instanceof HTMLElement) || !words) return;
  const text = showNewText(count);
  if (count && (button.hidden || words.textContent !== text)) announce(`${text} with N.`);
  words.textContent = text;
  button.hidden = count === 0;
}

/** Shows the newest list as a whole: only when the person asked, or when nothing can be moved. */
function showFresh() {
  if (!fresh) return;
  const known = new Set(rows(list()).map(keyOf));
  const wasAsked = document.activeElement?.matches("[data-show-new]") ?? false;
  const stoodIn = list().contains(document.activeElement);
  list().replaceWith(fresh);
  fresh = null;
  drawnAs.clear();
  for (const row of rows(list())) drawnAs.set(keyOf(row), freshAs);
  offer(0);
  showCounts(list());
  noteDecided();
  selectionRedrawn();
  const added = rows(list()).find((row) => !known.has(keyOf(row)));
  if (wasAsked && added) added.querySelector("a")?.focus();
  else if (stoodIn) (shownRow(currentKey) ?? added)?.querySelector("a")?.focus();
  choose(currentKey);
}

/** @param {HTMLElement} root */
function showCounts(root) {
  for (const part of ["[data-summary]", "[data-calm]"]) {
    const [shown, drawn] = [list().querySelector(part), root.querySelector(part)];
    if (!(shown instanceof HTMLElement) || !drawn || shown === drawn) continue;
    swap(shown, /** @type {HTMLElement} */ (drawn.cloneNode(true)));
  }
  const count = root.querySelector("[data-waiting-count]");
  for (const badge of document.querySelectorAll("[data-waiting]")) {
    badge.textContent = count?.getAttribute("data-waiting-count") ?? "";
  }
}

function noteDecided() {
  for (const row of rows(list())) {
    const isPending = row.dataset.state === "pending";
    if (isPending) leaving.delete(keyOf(row));
    else if (!leaving.has(keyOf(row))) leaving.set(keyOf(row), performance.now() + LEAVES_AFTER_MS);
  }
}

/** Decided rows leave slowly, and never from under a pointer or a focus. */
function sweep() {
  if (list().matches(":hover, :focus-within")) return;
  for (const row of rows(list())) {
    if ((leaving.get(keyOf(row)) ?? Infinity) > performance.now()) continue;
    forget(row);
  }
}

/** @param {string} key */
function choose(key) {
  currentKey = key;
  for (const row of rows(list())) delete row.dataset.current;
  const row = shownRow(key);
  if (row) row.dataset.current = "";
}

/** @param {1 | -1} step */
function move(step) {
  choose(neighbour(rows(list()).map(keyOf), currentKey, step));
  const row = shownRow(currentKey);
  row?.scrollIntoView({ block: "nearest" });
  row?.querySelector("a")?.focus();
}

/** @param {string} hash what the ticket page opens with */
function openCurrent(hash) {
  const link = shownRow(currentKey)?.querySelector("[data-open]");
  if (link instanceof HTMLAnchorElement) location.assign(link.href + hash);
}

function claimCurrent() {
  const form = shownRow(currentKey)?.querySelector("form[data-claim]");
  if (form instanceof HTMLFormElement) form.requestSubmit();
}

/**
 * @param {import("../lib/sequence.js").LiveEvent} event
 * @returns {boolean} whether the list may have changed
 */
function hear(event) {
  heardHalt(event);
  if (!event.ids.ticket) return false;
  const row = shownRow(event.ids.ticket);
  if (row) refetch(row);
  return true;
}

document.querySelector("[data-show-new]")?.addEventListener("click", showFresh);
document.addEventListener("countdown-over", (event) => {
  const row = /** @type {Element} */ (event.target).closest("[data-row]");
  if (row instanceof HTMLElement) setTimeout(() => refetch(row), 1000);
});
document.addEventListener("focusin", (event) => {
  const row = /** @type {Element} */ (event.target).closest("[data-row]");
  if (row instanceof HTMLElement) choose(keyOf(row));
});
startClaims((form) => {
  const row = form.closest("[data-row]");
  if (row instanceof HTMLElement) refetch(row);
});
startKeys({
  j: () => move(1),
  k: () => move(-1),
  enter: () => openCurrent(""),
  n: () => {
    const button = document.querySelector("[data-show-new]");
    if (!(button instanceof HTMLElement) || button.hidden) return;
    button.focus();
    showFresh();
  },
  c: claimCurrent,
  x: () => toggleRow(shownRow(currentKey)),
  "shift+x": () => toggleGroup(shownRow(currentKey)),
  t: answerTogether,
  a: () => openCurrent("#approve"),
  d: () => openCurrent("#deny"),
});
keepQueue();
setInterval(sweep, SWEEP_EVERY_MS);
noteDecided();
startSelecting();
follow({ snapshot, event: hear }, seqsOf(list()));
