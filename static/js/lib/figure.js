/** A figure of the server, ready to draw: its colours are names of design tokens. */

import { axisTime } from "./time_axis.js";

const TOKEN = /^var\((--[a-z0-9-]+)\)$/;

/**
 * @template T
 * @param {T} value a figure or a part of one
 * @param {(name: string) => string} tokenOf what a design token stands for now
 * @returns {T} a copy in which each `var(--name)` is what it stands for
 */
export function dressed(value, tokenOf) {
  /** @type {unknown} */
  let found = value;
  if (typeof value === "string") found = value.replace(TOKEN, (_, name) => tokenOf(name));
  else if (Array.isArray(value)) found = value.map((each) => dressed(each, tokenOf));
  else if (value && typeof value === "object") {
    const parts = Object.entries(value).map(([name, part]) => [name, dressed(part, tokenOf)]);
    found = Object.fromEntries(parts);
  }
  return /** @type {T} */ (found);
}

/** Closer than this to an edge, in units of the graph, a name stands beside its mark. */
const EDGE = 0.2;

/** More names than this overprint each other on a phone. */
const NAMED_MOST = 8;

/** @typedef {{x?: number[], textposition?: string[], mode?: string, legendrank?: number}} Trace */

/**
 * Sets the names of a graph above or below their marks, where there is no room beside them, and
 * leaves out those of all but the foremost kind of mark, where they are many.
 * @param {Trace[]} traces
 * @returns {Trace[]}
 */
export function namesNarrowed(traces) {
  const named = traces.filter(({ mode }) => mode === "markers+text");
  const names = named.reduce((sum, { x = [] }) => sum + x.length, 0);
  const foremost = Math.min(...named.map(({ legendrank = 0 }) => legendrank));
  return traces.map((trace) => {
    const { x = [], textposition, mode, legendrank } = trace;
    if (mode !== "markers+text" || !Array.isArray(textposition)) return trace;
    if (names > NAMED_MOST && legendrank !== foremost) return { ...trace, mode: "markers" };
    const placed = textposition.map((place, number) =>
      x[number] < EDGE || x[number] > 1 - EDGE ? place : place.replace(/left|right/, "center"),
    );
    return { ...trace, textposition: placed };
  });
}

/**
 * @template {number | string} End
 * @param {[End, End]} range of an axis, linear or of times as the drawing library writes them
 * @param {number} factor how much of it is seen afterwards: 0.5 is twice as near
 * @returns {[End, End]} about the same middle
 */
export function zoomed([from, to], factor) {
  if (typeof from === "string" && typeof to === "string") {
    const [first, last] = zoomed([axisTime(from), axisTime(to)], factor);
    const ends = [first, last].map((at) => new Date(at).toISOString());
    return /** @type {[End, End]} */ (ends);
  }
  const [low, high] = [Number(from), Number(to)];
  const middle = (low + high) / 2;
  const half = ((high - low) / 2) * factor;
  return /** @type {[End, End]} */ ([middle - half, middle + half]);
}
