/** Keeps how charts are looked at: zoom in the address, and the way back from a mark's event. */

import { withBack, zoomAsked, zoomKept, zoomTold } from "../lib/view_address.js";

const SCROLL = "scroll:";
const EVENT = /^\/f\/[^/]+\/events\//;

/**
 * @param {string} key of a chart
 * @returns {[string, string] | null} the times that the address zooms it to
 */
export function zoomOfAddress(key) {
  return zoomAsked(location.search, key);
}

/**
 * Puts a zoom into the address, or takes it out: a reload and a way back show the same.
 * @param {string} key of a chart
 * @param {[string, string] | null} ends
 */
export function tellZoom(key, ends) {
  const search = zoomTold(location.search, key, ends);
  history.replaceState(history.state, "", `${location.pathname}${search}${location.hash}`);
}

/**
 * Goes where a mark leads; the page of an event leads back to here as it is looked at now.
 * @param {string} path
 */
export function leaveFor(path) {
  location.assign(EVENT.test(path) ? departing(path) : path);
}

/** Takes up the place on the page where a person left it for an event; once its charts stand. */
export function scrollBack() {
  const name = SCROLL + here();
  const kept = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  if (kept) scrollTo(0, Number(kept));
}

/**
 * @param {string} path
 * @returns {string} the path with its way back
 */
function departing(path) {
  sessionStorage.setItem(SCROLL + here(), String(scrollY));
  return withBack(path, here());
}

/** @returns {string} */
function here() {
  return location.pathname + location.search;
}

// Links beside charts lead on with what is seen now: to events and back, to other kinds of marks.
document.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("a[data-event], a[data-keep-view]");
  if (!(link instanceof HTMLAnchorElement)) return;
  const path = link.pathname + link.search;
  link.href = link.hasAttribute("data-event") ? departing(path) : `${link.pathname}${zoomKept(link.search, location.search)}`;
});
