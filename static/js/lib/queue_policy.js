/**
 * What a fresh list changes on the page. Rows under a person's eyes never move: new ones wait
 * behind a button, changed ones are redrawn in place, missing ones are asked about one by one.
 */

/** @typedef {{key: string, sign: string, isPending: boolean}} RowState */
/**
 * @typedef {object} Plan
 * @property {string[]} waiting keys that are new and wait to be shown, in the order of the list
 * @property {string[]} redraw keys whose row looks different now
 * @property {string[]} missing keys that the list no longer holds
 * @property {boolean} showAtOnce whether nothing pending is on the page, so nothing can be moved
 */

/**
 * @param {RowState[]} shown rows on the page
 * @param {RowState[]} fresh rows of the new list
 * @returns {Plan}
 */
export function plan(shown, fresh) {
  const before = new Map(shown.map((row) => [row.key, row]));
  const now = new Set(fresh.map((row) => row.key));
  const waiting = fresh.filter((row) => row.isPending && !before.has(row.key)).map(({ key }) => key);
  const redraw = fresh
    .filter((row) => before.has(row.key) && before.get(row.key)?.sign !== row.sign)
    .map(({ key }) => key);
  const missing = shown.filter((row) => row.isPending && !now.has(row.key)).map(({ key }) => key);
  const showAtOnce = waiting.length > 0 && !shown.some((row) => row.isPending);
  return { waiting, redraw, missing, showAtOnce };
}

/**
 * @param {number} count
 * @returns {string} the words on the button
 */
export function showNewText(count) {
  return `Show ${count} new ${count === 1 ? "ticket" : "tickets"}`;
}

/**
 * The neighbour of the current row when a person presses J or K.
 * @param {string[]} keys keys in the order on the page
 * @param {string} current empty when none is chosen
 * @param {1 | -1} step
 * @returns {string} the same row at either end; empty for an empty list
 */
export function neighbour(keys, current, step) {
  const at = keys.indexOf(current);
  if (at < 0) return (step > 0 ? keys[0] : keys.at(-1)) ?? "";
  return keys[Math.min(keys.length - 1, Math.max(0, at + step))];
}
