/** How a chart is looked at, as the address of its page carries it: `zoom=trust,FROM,TO`. */

import { axisTime } from "./time_axis.js";

const ZOOM = "zoom";

/**
 * @param {string} search the query of an address
 * @param {string} key of the chart
 * @returns {[string, string] | null} the times it is zoomed to, null for no zoom or a mangled one
 */
export function zoomAsked(search, key) {
  for (const each of new URLSearchParams(search).getAll(ZOOM)) {
    const [name, from, to] = each.split(",");
    if (name === key && axisTime(from ?? "") < axisTime(to ?? "")) return [from, to];
  }
  return null;
}

/**
 * @param {string} search the query of an address
 * @param {string} key of the chart
 * @param {[string, string] | null} ends times as the drawing library writes them; null for all
 * @returns {string} the query with this zoom, those of other charts as they were
 */
export function zoomTold(search, key, ends) {
  const query = new URLSearchParams(search);
  const others = query.getAll(ZOOM).filter((each) => !each.startsWith(`${key},`));
  query.delete(ZOOM);
  const own = ends ? [[key, ...ends.map(secondText)].join(",")] : [];
  for (const each of [...others, ...own]) query.append(ZOOM, each);
  return queryText(query);
}

/**
 * @param {string} search the query of another address of a page
 * @param {string} seen the query of the page as it is looked at
 * @returns {string} the former with every zoom of the latter
 */
export function zoomKept(search, seen) {
  const query = new URLSearchParams(search);
  query.delete(ZOOM);
  for (const each of new URLSearchParams(seen).getAll(ZOOM)) query.append(ZOOM, each);
  return queryText(query);
}

/**
 * @param {string} path of an event's page
 * @param {string} back the path with query of the page that leads there
 * @returns {string} the same with its way back
 */
export function withBack(path, back) {
  const [bare, search = ""] = path.split("?");
  const query = new URLSearchParams(search);
  query.set("back", back);
  return `${bare}?${query}`;
}

/**
 * @param {URLSearchParams} query
 * @returns {string} as an address has it, legible
 */
function queryText(query) {
  const text = String(query).replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}

/**
 * @param {string} text
 * @returns {string} the time in whole seconds, in UTC
 */
function secondText(text) {
  return `${new Date(Math.round(axisTime(text) / 1_000) * 1_000).toISOString().slice(0, 19)}Z`;
}
