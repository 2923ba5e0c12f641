/** How a control's effect is told: since when it is in force, how long it took, what it stopped. */

import { clockTime } from "./durations.js";

/**
 * @typedef {object} Answer what the server says of a control it has recorded
 * @property {string} recorded_at ISO 8601, the server's time
 * @property {string} then what it did beside what the page shows, may be empty
 * @property {boolean} in_force whether it changes what may run
 */

/**
 * @param {Answer} answer
 * @param {number} tookMs from the person's press to the server's answer
 * @returns {string} `In force since 12:03:04, 0.2 s after you asked. 3 running tasks told to stop.`
 */
export function effectText(answer, tookMs) {
  const at = clockTime(new Date(answer.recorded_at));
  const took = `${(Math.max(0, tookMs) / 1000).toFixed(1)}\u00a0s after you asked`;
  const said = answer.in_force ? `In force since ${at}, ${took}.` : `Recorded ${at}.`;
  return `${said} ${answer.then}`.trim();
}
