/** Tables as CSV (RFC 4180) that no spreadsheet takes for formulas. */

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * @param {string[][]} rows
 * @returns {string} one line for each row
 */
export function csvText(rows) {
  return rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
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
