/** How long to wait before the next attempt. */

const FIRST_MS = 500;
// A page must be back within 15 s of its server, snapshot included.
const MOST_MS = 8_000;

/**
 * Doubles from half a second to 8 s, then takes a random half of it off, so that a thousand pages
 * do not come back in the same instant.
 * @param {number} attempt 0 for the first
 * @param {number} random in [0, 1)
 * @returns {number} milliseconds
 */
export function delayMs(attempt, random) {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 20));
  return Math.round(full * (1 - random / 2));
}
