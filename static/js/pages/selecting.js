/** Selecting rows of the queue: boxes, keys and the bar that counts them. */

import {
  NOTHING,
  barText,
  countOf,
  fieldsOf,
  goneTexts,
  groupToggled,
  isPicked,
  redrawn,
  toggled,
} from "../lib/selection.js";
import { announce } from "./announce.js";

/** @type {import("../lib/selection.js").Selection} */
let selection = NOTHING;

/** @returns {HTMLFormElement | null} */
function bar() {
  return document.querySelector("form[data-together-bar]");
}

/** @returns {string} what the bar says */
function text() {
  return barText(selection, Number(bar()?.dataset.most));
}

/** @returns {HTMLElement[]} */
function shown() {
  const rows = document.querySelectorAll("[data-queue] [data-row]");
  return [...rows].filter((row) => row instanceof HTMLElement);
}

/**
 * @param {HTMLElement} row
 * @returns {HTMLInputElement | null}
 */
function boxOf(row) {
  return row.querySelector("input[data-pick]");
}

/**
 * @param {HTMLElement} row
 * @returns {import("../lib/selection.js").Row}
 */
function read(row) {
  const box = boxOf(row);
  const { fleet = "", number = "", group = "", said = "" } = row.dataset;
  return {
    ticket: `${fleet}/${number}`,
    group,
    pick: box?.dataset.pick ?? "",
    name: box?.name ?? "",
    value: box?.value ?? "",
    size: Number(box?.dataset.size ?? 1),
    said,
  };
}

/** @param {import("../lib/selection.js").Selection} next */
function choose(next) {
  selection = next;
  show();
}

function show() {
  for (const row of shown()) {
    const box = boxOf(row);
    const isOn = box !== null && isPicked(selection, read(row));
    if (box) box.checked = isOn;
    if (isOn) row.dataset.picked = "";
    else delete row.dataset.picked;
  }
  const form = bar();
  if (!form) return;
  const count = countOf(selection);
  // A phone has no room for a bar that has nothing to do; without script it is always there.
  form.hidden = !selection.size;
  form.dataset.picked = String(count);
  write(form, "[data-picked-count]", text());
  const gone = goneTexts(selection).map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  });
  form.querySelector("[data-picked-gone]")?.replaceChildren(...gone);
  const go = form.querySelector("[data-picked-go]");
  if (go instanceof HTMLButtonElement) go.disabled = !count;
}

/**
 * @param {HTMLElement} form
 * @param {string} selector
 * @param {string} text
 */
function write(form, selector, text) {
  const place = form.querySelector(selector);
  if (place && place.textContent !== text) place.textContent = text;
}

/** Takes over how the rows are drawn now; the person's choice stays as it is. */
export function selectionRedrawn() {
  const before = goneTexts(selection);
  selection = redrawn(selection, shown().map(read));
  show();
  const gone = goneTexts(selection).length - before.length;
  if (gone > 0) announce(`${text()}.`);
}

/** @param {HTMLElement | undefined} row selects it, or no longer */
export function toggleRow(row) {
  if (row && boxOf(row)) announceAfter(() => choose(toggled(selection, read(row))));
}

/** @param {HTMLElement | undefined} row selects all that are identical to it */
export function toggleGroup(row) {
  if (!row || !boxOf(row)) return;
  announceAfter(() => choose(groupToggled(selection, read(row), shown().map(read))));
}

/** @param {() => void} change */
function announceAfter(change) {
  change();
  announce(`${text()}.`);
}

export function answerTogether() {
  if (countOf(selection)) bar()?.requestSubmit();
}

/** Sends what is selected, whether its row is on the page or not, and nothing else. */
function send() {
  const form = bar();
  if (!form) return;
  const query = new URLSearchParams(fieldsOf(selection));
  location.assign(`${form.getAttribute("action")}?${query}`);
}

export function startSelecting() {
  document.addEventListener("change", (event) => {
    const box = /** @type {Element} */ (event.target);
    const row = box.matches("input[data-pick]") ? box.closest("[data-row]") : null;
    if (row instanceof HTMLElement) choose(toggled(selection, read(row)));
  });
  const form = bar();
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form?.addEventListener("reset", (event) => {
    event.preventDefault();
    choose(NOTHING);
    announce("None selected.");
    // The bar is gone, and with it what had the focus.
    const row = shown().find((each) => "current" in each.dataset) ?? shown()[0];
    row?.querySelector("a")?.focus();
  });
  // A browser that comes back ticks the boxes as they were left.
  const ticked = shown().filter((row) => boxOf(row)?.checked).map(read);
  choose(ticked.reduce(toggled, NOTHING));
}
