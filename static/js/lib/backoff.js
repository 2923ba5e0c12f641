/** How long to wait before the next attempt. */

const FIRST_MS = 500;
const MOST_MS = 15_000;

/**
 * Doubles from half a second to 15 s, then takes a random half of it off, so that a thousand pages
 * do not come back in the same instant.
 * @param {number} attempt 0 for the first
 * @param {number} random in [0, 1)
 * @returns {number} milliseconds
 */
export function delayMs(attempt, random) {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 20));
  return Math.round(full * (1 - random / 2));
}
