/** Saves the table of a chart, and whatever else of it is made in the browser. */

import { csvText, records } from "../lib/csv.js";

/** What a table shows where nothing is known; a program reads nothing. */
const NOT_SAID = "–";
const HEADS = "[data-chart-table] thead th";
const ROWS = "[data-chart-table] tbody tr:has([data-k])";

/** @param {Element} chart */
export function saveCsv(chart) {
  save(new Blob([csvText([keysOf(headsOf(chart)), ...cellsOf(chart)])], { type: "text/csv" }), `${fileName(chart)}.csv`);
}

/** @param {Element} chart */
export function saveJson(chart) {
  const heads = headsOf(chart);
  const numbers = heads.map((head) => head.classList.contains("num"));
  const text = JSON.stringify(records(keysOf(heads), numbers, cellsOf(chart)), null, 1);
  save(new Blob([text], { type: "application/json" }), `${fileName(chart)}.json`);
}

/** @param {Element} chart */
const headsOf = (chart) => [...chart.querySelectorAll(HEADS)];

/**
 * @param {Element[]} heads
 * @returns {string[]} what programs call the columns, in every file alike
 */
const keysOf = (heads) => heads.map((head) => head.getAttribute("data-key") ?? "");

/**
 * @param {Element} chart
 * @returns {string[][]} the cells of its table as programs read them
 */
function cellsOf(chart) {
  return [...chart.querySelectorAll(ROWS)].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => {
      const text = (cell.textContent ?? "").trim();
      return cell.getAttribute("data-value") ?? (text === NOT_SAID ? "" : text);
    }),
  );
}

/**
 * @param {Element} chart
 * @returns {string} what a saved file is called: chart and day
 */
export function fileName(chart) {
  return `${chart.getAttribute("data-chart")}-${new Date().toISOString().slice(0, 10)}`;
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
