/**
 * What a fresh list of agents changes on the page: rows are redrawn where they stand, and a new
 * order, or agents that come and go, wait behind a button.
 */

/** @typedef {{key: string, sign: string}} AgentState */
/**
 * @typedef {object} AgentPlan
 * @property {string[]} redraw keys whose row looks different now
 * @property {string[]} refetch keys that the list no longer holds, to be asked about one by one
 * @property {number} moved how many rows came, went or changed places
 */

/**
 * @param {AgentState[]} shown rows on the page
 * @param {AgentState[]} fresh rows of the new list
 * @returns {AgentPlan}
 */
export function agentPlan(shown, fresh) {
  const before = new Map(shown.map((row) => [row.key, row.sign]));
  const now = new Map(fresh.map((row) => [row.key, row.sign]));
  const redraw = fresh
    .filter((row) => before.has(row.key) && before.get(row.key) !== row.sign)
    .map(({ key }) => key);
  const gone = shown.filter((row) => !now.has(row.key)).map(({ key }) => key);
  const come = fresh.filter((row) => !before.has(row.key)).length;
  const kept = shown.map(({ key }) => key).filter((key) => now.has(key));
  const order = fresh.map(({ key }) => key).filter((key) => before.has(key));
  return { redraw, refetch: gone, moved: gone.length + come + outOfPlace(kept, order) };
}

/**
 * @param {string[]} kept keys in their old order
 * @param {string[]} order the same keys in their new order
 * @returns {number} the fewest rows that must be moved to get from one to the other
 */
function outOfPlace(kept, order) {
  const place = new Map(order.map((key, at) => [key, at]));
  // The longest run that may stay, by patience sorting; the rest must move.
  /** @type {number[]} */
  const tops = [];
  for (const key of kept) {
    const at = place.get(key) ?? 0;
    const pile = tops.findIndex((top) => top > at);
    tops[pile < 0 ? tops.length : pile] = at;
  }
  return kept.length - tops.length;
}

/**
 * @param {number} count
 * @returns {string} the words on the button
 */
export function showMovedText(count) {
  return `Show ${count} ${count === 1 ? "agent" : "agents"} in ${count === 1 ? "its" : "their"} new place`;
}
