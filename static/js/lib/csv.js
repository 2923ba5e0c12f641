/**
 * Tables as CSV (RFC 4180) that no spreadsheet takes for formulas. `dashboard/display/sheets.py`
 * writes the same cells; both are tested with one table. Source of the rule: OWASP, CSV Injection.
 */

// Spreadsheets also begin a formula with the full-width forms of these signs.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * @param {string[][]} rows
 * @returns {string} one line for each row
 */
export function csvText(rows) {
  return rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

/**
 * @param {string[]} names
 * @param {boolean[]} numbers which columns hold numbers
 * @param {string[][]} rows
 * @returns {Record<string, string | number | null>[]} one object for each row; null is not known
 */
export function records(names, numbers, rows) {
  /** @param {string} cell @param {number} place */
  const value = (cell, place) => (numbers[place] && NUMBER.test(cell) ? Number(cell) : cell || null);
  return rows.map((row) => Object.fromEntries(row.map((cell, at) => [names[at], value(cell, at)])));
}

/**
 * @param {string} cell
 * @returns {string} the cell in quotes where it needs them; a text that a spreadsheet would
 *   compute begins with an apostrophe
 */
function cellText(cell) {
  const safe = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
