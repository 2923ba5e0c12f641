/**
 * Which tickets a person has selected in the queue. Only the person changes it: a row that is drawn
 * again, moves or leaves stays selected, and one that somebody decided is told, not dropped.
 */

/**
 * @typedef {object} Pick
 * @property {string} name the field's name: `tickets` or `groups`
 * @property {string} value what the form sends
 * @property {number} size how many tickets it stands for
 * @property {string} gone empty, or who decided it meanwhile
 */
/** @typedef {ReadonlyMap<string, Pick>} Selection by what a row is selected by */
/**
 * @typedef {object} Row a row as it is drawn now
 * @property {string} ticket by what it is selected alone: fleet and number
 * @property {string} group by what all identical to it are selected, empty where none can be
 * @property {string} pick by what its own box selects it; empty where it has no box any more
 * @property {string} name
 * @property {string} value
 * @property {number} size
 * @property {string} said where it stands, as it is read out
 */

/** @type {Selection} */
export const NOTHING = new Map();

/**
 * @param {Selection} selection
 * @param {Row} row
 * @returns {boolean} whether the row is selected, itself or with all identical to it
 */
export function isPicked(selection, row) {
  return keysOf(row).some((key) => selection.has(key));
}

/**
 * @param {Selection} selection
 * @param {Row} row
 * @returns {Selection} with the row selected, or no longer
 */
export function toggled(selection, row) {
  return isPicked(selection, row) ? without(selection, [row]) : including(selection, [row]);
}

/**
 * @param {Selection} selection
 * @param {Row} row
 * @param {Row[]} rows all on the page
 * @returns {Selection} with all that are identical to the row selected, or, where they were, none
 */
export function groupToggled(selection, row, rows) {
  const alike = rows.filter((each) => each.pick && row.group !== "" && each.group === row.group);
  const all = alike.length ? alike : [row];
  const isWhole = all.every((each) => isPicked(selection, each));
  return isWhole ? without(selection, all) : including(selection, all);
}

/**
 * @param {Selection} selection
 * @param {Row[]} rows all on the page, drawn again
 * @returns {Selection} the same picks, each as its row is now: a newer version, a decision
 */
export function redrawn(selection, rows) {
  const next = new Map(selection);
  for (const row of rows) {
    const alone = next.get(row.ticket);
    if (row.pick && isPicked(selection, row)) {
      // One alone may be a group now, and a group one alone: never both at once.
      for (const key of keysOf(row)) if (key !== row.pick) next.delete(key);
      next.set(row.pick, pickOf(row));
    } else if (!row.pick && alone) next.set(row.ticket, { ...alone, gone: row.said });
  }
  return next;
}

/**
 * @param {Selection} selection
 * @returns {number} how many tickets an answer would be for
 */
export function countOf(selection) {
  return [...selection.values()].reduce((sum, pick) => sum + (pick.gone ? 0 : pick.size), 0);
}

/**
 * @param {Selection} selection
 * @param {number} most how many can be answered together
 * @returns {string} what the bar says
 */
export function barText(selection, most) {
  const count = countOf(selection);
  if (!count) return "None selected";
  return count > most ? `${count} selected; at most ${most} are answered together` : `${count} selected`;
}

/**
 * @param {Selection} selection
 * @returns {string[]} who decided what was selected meanwhile
 */
export function goneTexts(selection) {
  return [...selection.values()].map(({ gone }) => gone).filter(Boolean);
}

/**
 * @param {Selection} selection
 * @returns {[string, string][]} the fields a form sends for it
 */
export function fieldsOf(selection) {
  return [...selection.values()].filter(({ gone }) => !gone).map(({ name, value }) => [name, value]);
}

/**
 * @param {Row} row
 * @returns {string[]} by what it can be selected, however it is drawn now
 */
function keysOf({ ticket, group }) {
  return group ? [ticket, group] : [ticket];
}

/**
 * @param {Row} row
 * @returns {Pick}
 */
function pickOf({ name, value, size }) {
  return { name, value, size, gone: "" };
}

/**
 * @param {Selection} selection
 * @param {Row[]} rows
 */
function including(selection, rows) {
  const next = new Map(selection);
  for (const row of rows) if (row.pick && !isPicked(next, row)) next.set(row.pick, pickOf(row));
  return next;
}

/**
 * @param {Selection} selection
 * @param {Row[]} rows
 */
function without(selection, rows) {
  const next = new Map(selection);
  for (const key of rows.flatMap(keysOf)) next.delete(key);
  return next;
}
