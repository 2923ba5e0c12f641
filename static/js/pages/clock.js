/**
 * Steps every clock of the page by the second, in the server's time.
 * A clock that runs out says so once, with a `countdown-over` event on its element.
 */

import { clockTime, durationText, ring } from "../lib/durations.js";
import { announce } from "./announce.js";

const TONES = ["half", "last", "over"];
const over = new WeakSet();
/** @type {Map<string, number>} place in TONES when it was last looked at, by what ends when */
const announced = new Map();
/** In which the page was written. */
const zone = document.body.dataset.zone || "UTC";
let offsetMs = 0;

/** @returns {number} the server's time in milliseconds since the epoch */
export function serverNow() {
  return Date.now() + offsetMs;
}

/** Starts stepping. The page says when it was made; the answer began to arrive at that time. */
export function startClock() {
  const made = Date.parse(document.body.dataset.now ?? "");
  if (!Number.isNaN(made)) offsetMs = made - arrivedAt();
  step();
}

/** @returns {number} when the page began to arrive, by this machine's clock */
function arrivedAt() {
  const [entry] = performance.getEntriesByType("navigation");
  if (!(entry instanceof PerformanceNavigationTiming)) return Date.now();
  return performance.timeOrigin + entry.responseStart;
}

function step() {
  const now = serverNow();
  for (const place of document.querySelectorAll("[data-clock]")) {
    place.textContent = `${clockTime(new Date(now), zone)} ${zone}`;
  }
  for (const clock of document.querySelectorAll("[data-countdown]")) {
    draw(/** @type {HTMLElement} */ (clock), now);
  }
  setTimeout(step, 1000 - (serverNow() % 1000));
}

/**
 * @param {HTMLElement} clock
 * @param {number} now
 */
function draw(clock, now) {
  const leftS = (Date.parse(clock.dataset.deadline ?? "") - now) / 1000;
  if (Number.isNaN(leftS)) return;
  const look = ring(leftS, Number(clock.dataset.span));
  clock.classList.remove(...TONES);
  if (look.tone) clock.classList.add(look.tone);
  clock.querySelector("[data-ring]")?.setAttribute("stroke-dasharray", `${look.percent} 100`);
  const text = clock.querySelector("[data-left]");
  if (text) text.textContent = durationText(leftS);
  if ("announceLeft" in clock.dataset) announceShare(clock, leftS);
  if (leftS <= 0 && !over.has(clock)) {
    over.add(clock);
    clock.dispatchEvent(new CustomEvent("countdown-over", { bubbles: true }));
  }
}

/**
 * Speaks at half of the time and at a tenth, once each, however often the clock is drawn again.
 * @param {HTMLElement} clock
 * @param {number} leftS
 */
function announceShare(clock, leftS) {
  const name = clock.dataset.announceName ?? "";
  const key = `${name} ${clock.dataset.deadline}`;
  const share = TONES.indexOf(ring(leftS, Number(clock.dataset.span)).tone);
  const last = announced.get(key);
  announced.set(key, share);
  if (last === undefined || share <= last || leftS <= 0) return;
  const whose = name ? `${name}: ` : "";
  announce(
    `${whose}${durationText(leftS)} left to decide. Then it expires${clock.dataset.announceLeft}.`,
  );
}
