/** The light in the bar and the banner that says what works while the connection does not. */

import { announce } from "./announce.js";

const TONES = ["wait", "poll", "stale"];
let before = "wait";

/**
 * Says on the document when the light changes (`live-tone`).
 * @param {{tone: string, text: string, banner: string}} look
 */
export function showLight({ tone, text, banner }) {
  const lamp = document.querySelector("[data-live]");
  lamp?.classList.remove(...TONES);
  if (tone !== "live") lamp?.classList.add(tone);
  write("[data-live-text]", text);
  write("[data-live-banner-text]", banner);
  const box = document.querySelector("[data-live-banner]");
  if (box instanceof HTMLElement) box.hidden = !banner;
  for (const sentence of document.querySelectorAll("[data-live-sentence]")) {
    sentence.textContent = tone === "live" ? "The queue is live." : "";
  }
  // Once a change, not once a second.
  if (tone === before) return;
  if (banner) announce(banner);
  else if (tone === "live" && before !== "wait") announce("The connection is back.");
  before = tone;
  document.dispatchEvent(new Event("live-tone"));
}

/** @returns {boolean} whether the page may not show what happened in the last seconds */
export function isStale() {
  return before === "stale";
}

/**
 * @param {string} selector
 * @param {string} text
 */
function write(selector, text) {
  const place = document.querySelector(selector);
  if (place && place.textContent !== text) place.textContent = text;
}
