/**
 * Pauses a live page: nothing on it is drawn again, what happens meanwhile is counted, and going
 * on takes all of it at once.
 */

import { clockTime } from "../lib/durations.js";
import { announce } from "./announce.js";
import { serverNow } from "./clock.js";

/** The fleet's latest event that the page heard of, drawn or not. */
let heardSeq = 0;
/** @type {{seq: number, at: number} | null} where it was paused, null while it is live */
let paused = null;

/** @returns {boolean} */
export function isPaused() {
  return paused !== null;
}

/** @param {number} seq of an event, or of a snapshot */
export function heard(seq) {
  heardSeq = Math.max(heardSeq, seq);
  if (paused) show();
}

/** @param {() => Promise<unknown>} goOn takes a new snapshot */
export function startPause(goOn) {
  const box = document.querySelector("[data-pausing]");
  const button = box?.querySelector("[data-pause]");
  if (!(box instanceof HTMLElement) || !(button instanceof HTMLElement)) return;
  box.hidden = false;
  button.addEventListener("click", () => {
    paused = paused ? null : { seq: heardSeq, at: serverNow() };
    show();
    announce(paused ? "Paused. New events are counted and not drawn." : "The page is live again.");
    if (!paused) goOn().catch(() => {});
  });
}

function show() {
  const button = document.querySelector("[data-pause]");
  const words = document.querySelector("[data-paused-words]");
  if (!button || !words) return;
  button.textContent = paused ? "Resume" : "Pause";
  words.textContent = paused ? counted(heardSeq - paused.seq, paused.at) : "";
}

/**
 * @param {number} count
 * @param {number} since milliseconds since the epoch
 * @returns {string}
 */
function counted(count, since) {
  const zone = document.body.dataset.zone || "UTC";
  const events = count === 1 ? "1 new event" : `${count.toLocaleString("en-US")} new events`;
  return `Paused: ${events} since ${clockTime(new Date(since), zone)}`;
}
