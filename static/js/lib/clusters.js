/** Marks of a chart that stand too close to be told apart, drawn as one mark with their number. */

import { axisTime } from "./time_axis.js";

/** What the `meta` of a trace says that holds marks. */
export const MARKS = "marks";
/** So many marks in view are drawn one by one, however close. */
export const ALONE_MOST = 20;
/** As wide as what is to be hit with a pointer. */
export const APART_PX = 24;
/** How many marks of a cluster are read out beside the pointer. */
const READ_MOST = 3;
/** The design tokens that clusters are drawn with. */
export const TOKENS = ["--surface", "--ink", "--ink-3"];
const SIZE_PX = 22;
/** Marks of one moment are told apart by no zoom. */
const MOMENT_MS = 1_000;
const LISTS = ["x", "y", "hovertext", "customdata"];

/** @typedef {{from: number, to: number, width: number}} View what is seen: times and pixels */
/** @typedef {Record<string, any>} Trace */
/** @typedef {{at: number, trace: number, place: number}} Mark */

/**
 * @param {Trace[]} traces of a figure
 * @param {View} view
 * @param {string[]} [hidden] the names of traces that a person has hidden
 * @returns {Trace[]} the same, or where more than `ALONE_MOST` marks are in view, with neighbours
 *   taken together in a trace of their own at the end
 */
export function clustered(traces, view, hidden = []) {
  const seen = marksSeen(traces, view, hidden);
  if (seen.length <= ALONE_MOST) return traces;
  const groups = neighbours(seen, view).filter((group) => group.length > 1);
  if (groups.length === 0) return traces;
  const taken = traces.map(() => new Set());
  for (const mark of groups.flat()) taken[mark.trace].add(mark.place);
  const alone = traces.map((trace, number) => without(trace, taken[number]));
  return [...alone, together(groups, traces)];
}

/**
 * @param {Trace[]} traces
 * @returns {boolean} whether there is anything to take together
 */
export function hasMarks(traces) {
  return traces.some(({ meta }) => meta === MARKS);
}

/**
 * @param {Trace[]} traces
 * @param {View} view
 * @param {string[]} hidden
 * @returns {Mark[]} in the order of their times
 */
function marksSeen(traces, { from, to }, hidden) {
  return traces
    .flatMap((trace, number) =>
      trace.meta === MARKS && !hidden.includes(trace.name)
        ? trace.x.map((/** @type {string} */ x, /** @type {number} */ place) => ({ at: axisTime(x), trace: number, place }))
        : [],
    )
    .filter(({ at }) => from <= at && at <= to)
    .sort((one, other) => one.at - other.at);
}

/**
 * @param {Mark[]} marks in the order of their times
 * @param {View} view
 * @returns {Mark[][]} those within `APART_PX` of the first of them, one group after the other
 */
function neighbours(marks, { from, to, width }) {
  const reach = ((to - from) / Math.max(1, width)) * APART_PX;
  /** @type {Mark[][]} */
  const groups = [];
  for (const mark of marks) {
    const last = groups.at(-1);
    if (last && mark.at - last[0].at < reach) last.push(mark);
    else groups.push([mark]);
  }
  return groups;
}

/**
 * @param {Trace} trace
 * @param {Set<unknown>} places that are drawn elsewhere
 * @returns {Trace}
 */
function without(trace, places) {
  if (places.size === 0) return trace;
  const kept = LISTS.map((list) => [
    list,
    trace[list].filter((/** @type {unknown} */ _, /** @type {number} */ place) => !places.has(place)),
  ]);
  const rest = Object.fromEntries(kept);
  // A trace without any point would lose its place in the legend.
  if (rest.x.length === 0) rest.x = rest.y = [null];
  return { ...trace, ...rest };
}

/**
 * @param {Mark[][]} groups
 * @param {Trace[]} traces
 * @returns {Trace} one mark for each group, with its number; a click zooms in on it
 */
function together(groups, traces) {
  return {
    type: "scatter",
    mode: "markers+text",
    name: "Several",
    showlegend: false,
    // Where its first mark is: so none covers the next one.
    x: groups.map(([first]) => timeText(first.at)),
    y: groups.map(([first]) => traces[first.trace].y[first.place]),
    text: groups.map((group) => String(group.length)),
    textposition: "middle center",
    textfont: { size: 12, color: "var(--ink)" },
    marker: {
      symbol: "circle",
      size: SIZE_PX,
      color: "var(--surface)",
      opacity: 1,
      line: { width: 1.5, color: "var(--ink-3)" },
    },
    hovertext: groups.map((group) => told(group, traces)),
    hoverinfo: "text",
    customdata: groups.map((group) => wayIn(group, traces)),
    cliponaxis: false,
  };
}

/**
 * @param {Mark[]} group
 * @param {Trace[]} traces
 * @returns {string} how many of what, and the first few
 */
function told(group, traces) {
  const kinds = new Map();
  for (const { trace } of group) kinds.set(traces[trace].name, (kinds.get(traces[trace].name) ?? 0) + 1);
  const counted = [...kinds].map(([name, count]) => `${name} ${count}`).join(", ");
  const first = group.slice(0, READ_MOST).map(({ trace, place }) => traces[trace].hovertext[place]);
  const more = group.length - first.length;
  return [`${group.length} marks: ${counted}`, ...first, ...(more > 0 ? [`and ${more} more`] : [])].join("<br>");
}

/**
 * @param {Mark[]} group
 * @param {Trace[]} traces
 * @returns {{zoom: [string, string]} | string} what to zoom to, or where zoom tells nothing apart,
 *   the log of that moment
 */
function wayIn(group, traces) {
  const [first, last] = [group[0].at, group[group.length - 1].at];
  if (last - first >= MOMENT_MS) {
    const margin = (last - first) / 4;
    return { zoom: [timeText(first - margin), timeText(last + margin)] };
  }
  const { trace, place } = group[0];
  const log = String(traces[trace].customdata[place]).replace(/[0-9]+\/(\?.*)?$/, "");
  const ends = new URLSearchParams({ from: timeText(first - MOMENT_MS), to: timeText(last + MOMENT_MS) });
  return `${log}?${ends}`;
}

/**
 * @param {number} at milliseconds since the epoch
 * @returns {string}
 */
function timeText(at) {
  return new Date(at).toISOString();
}
