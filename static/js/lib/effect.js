/** How a control's effect is told: since when it is in force, how long it took, what it stopped. */

import { clockTime } from "./durations.js";

/**
 * @param {string} recordedAt ISO 8601, the server's time
 * @param {number} tookMs from the person's press to the server's answer
 * @param {string} then what it did beside what the page shows
 * @returns {string} `In force since 12:03:04, 0.2 s after you asked. 3 running tasks told to stop.`
 */
export function effectText(recordedAt, tookMs, then) {
  const at = new Date(recordedAt);
  const since = Number.isNaN(at.getTime()) ? "In force" : `In force since ${clockTime(at)}`;
  const took = `${(Math.max(0, tookMs) / 1000).toFixed(1)}\u00a0s after you asked.`;
  return then ? `${since}, ${took} ${then}` : `${since}, ${took}`;
}
