/**
 * Draws the charts of a page: figures that the server put beside them. A figure that changes is
 * drawn again in place, with the zoom a person chose; so is everything when the theme changes.
 */

import { clustered, hasMarks, TOKENS } from "../lib/clusters.js";
import { dressed, namesNarrowed, zoomed } from "../lib/figure.js";
import { axisTime, zoneTicks } from "../lib/time_axis.js";
import { fileName, save, saveCsv, saveJson } from "./chart_files.js";
import { leaveFor, scrollBack, tellZoom, zoomOfAddress } from "./chart_view.js";
import { isStale } from "./lamp.js";

/** @typedef {{data: object[], layout: Record<string, any>}} Figure */
/** @typedef {HTMLElement & {data: Record<string, any>[], layout: Record<string, any>, on: (name: string, heard: (event: any) => void) => void}} Plot */

const CONFIG = { displayModeBar: false, responsive: true, showTips: false, doubleClick: false };
const NEARER = 0.6;
const AXES = ["xaxis", "yaxis"];
/** What changes when somebody zooms, of all that a drawing tells of. */
const ZOOMED = /^[xy]axis\.(range|autorange)/;
const PNG_SCALE = 2;
/** On a phone the legend is a list below the drawing, which must not lose its height to it. */
const NARROW_PX = 500;
const LEGEND_ROW_PX = 20;

/** @type {any} plotly.js, which a page with charts loads before this */
const plotly = Reflect.get(globalThis, "Plotly");
/** What a person zoomed to: ranges by axis. @type {WeakMap<Element, Record<string, any>>} */
const zooms = new WeakMap();

/**
 * @param {ParentNode} within
 * @param {string} selector
 * @returns {HTMLElement}
 */
function part(within, selector) {
  return /** @type {HTMLElement} */ (within.querySelector(selector));
}

/**
 * @param {Element} chart
 * @returns {Figure | null}
 */
function figureOf(chart) {
  return JSON.parse(part(chart, "[data-chart-source] script").textContent ?? "null");
}

/** @returns {(name: string) => string} what the tokens stand for in the theme of now */
function tokens() {
  const probe = document.createElement("i");
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const found = new Map();
  for (const name of tokenNames()) {
    probe.style.color = `var(${name})`;
    found.set(name, style.color);
  }
  found.set("--sans", style.fontFamily);
  probe.remove();
  return (name) => found.get(name) ?? "";
}

/** @returns {Set<string>} the tokens that the page's figures name, and those of clusters */
function tokenNames() {
  const sources = [...document.querySelectorAll("[data-chart-source] script")];
  const text = sources.map((source) => source.textContent).join();
  return new Set([...TOKENS, ...[...text.matchAll(/var\((--[a-z0-9-]+)\)/g)].map(([, name]) => name)]);
}

/**
 * @param {Element} chart
 * @param {Figure} figure
 * @returns {Figure} in the colours of now, and where a finger scrolls the page, not to be dragged
 */
function drawing(chart, figure) {
  const { data: given, layout } = dressed(seen(chart, figure), tokens());
  let data = given;
  layout.uirevision = chart.getAttribute("data-chart");
  if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
  if (layout.showlegend && chart.clientWidth < NARROW_PX) {
    const named = data.filter((trace) => Reflect.get(trace, "showlegend") !== false);
    layout.height += named.length * LEGEND_ROW_PX;
    layout.legend.maxheight = 1;
    data = namesNarrowed(data);
  }
  const zoom = zooms.get(chart) ?? {};
  for (const axis of AXES) if (zoom[axis]) Object.assign(layout[axis], zoom[axis]);
  return { data, layout };
}

/**
 * @param {Element} chart
 * @param {Figure} figure
 * @returns {Figure} with marks that stand close together as one, as far as it is zoomed now
 */
function seen(chart, figure) {
  if (!hasMarks(figure.data)) return figure;
  const plot = /** @type {Plot} */ (part(chart, "[data-chart-plot]"));
  const times = figure.data.flatMap((trace) => (Reflect.get(trace, "x") ?? []).map(axisTime));
  const whole = figure.layout.xaxis.range?.map(axisTime) ?? [Math.min(...times), Math.max(...times)];
  const [from, to] = zooms.get(chart)?.xaxis?.range.map((/** @type {unknown} */ end) => axisTime(String(end))) ?? whole;
  const hidden = (plot.data ?? []).filter(({ visible }) => visible === "legendonly").map(({ name }) => name);
  const yaxis = { ...figure.layout.yaxis, fixedrange: true };
  return {
    data: clustered(figure.data, { from, to, width: chart.clientWidth }, hidden),
    layout: { ...figure.layout, yaxis },
  };
}

/** @param {Element} chart */
async function draw(chart) {
  const figure = figureOf(chart);
  const isDrawn = Boolean(plotly && figure);
  const plot = /** @type {Plot} */ (part(chart, "[data-chart-plot]"));
  chart.querySelector("[data-chart-loading]")?.remove();
  part(chart, "[data-chart-problem]").hidden = Boolean(plotly);
  part(chart, "[data-chart-tools]").hidden = !isDrawn;
  plot.hidden = !isDrawn;
  if (!plotly) part(chart, "[data-chart-table]").setAttribute("open", "");
  if (!plotly || !figure) return;
  const isFirst = !plot.layout;
  const { data, layout } = drawing(chart, figure);
  await plotly.react(plot, data, layout, CONFIG);
  await markTimes(plot);
  if (!isFirst) return;
  const isMarked = hasMarks(figure.data);
  scaled(plot);
  plot.on("plotly_afterplot", () => scaled(plot));
  plot.on("plotly_relayout", (change) => {
    if (!Object.keys(change).some((name) => ZOOMED.test(name))) return;
    zooms.set(chart, zoomOf(plot));
    tell(chart, plot);
    if (isMarked) draw(chart);
    else markTimes(plot);
  });
  if (isMarked) plot.on("plotly_restyle", () => draw(chart));
  plot.on("plotly_click", (event) => follow(plot, event));
}

/**
 * Lets a sheet of paper make the drawing as wide as itself; on a screen this changes nothing.
 * @param {Plot} plot
 */
function scaled(plot) {
  for (const svg of plot.querySelectorAll(".main-svg")) {
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
  }
}

/**
 * Marks the times of an axis in the zone of the page, where that is not UTC.
 * @param {Plot} plot
 */
async function markTimes(plot) {
  const { type, range } = plot.layout.xaxis ?? {};
  const zone = document.body.dataset.zone || "UTC";
  if (type !== "date" || zone === "UTC") return;
  const [from, to] = range.map((end) => axisTime(String(end)));
  const { tickvals, ticktext } = zoneTicks(from, to, zone);
  await plotly.relayout(plot, { "xaxis.tickvals": tickvals, "xaxis.ticktext": ticktext });
}

/**
 * Says in the address what times are looked at.
 * @param {Element} chart
 * @param {Plot} plot
 */
function tell(chart, plot) {
  const { type, range, autorange } = plot.layout.xaxis;
  if (type === "date") tellZoom(chart.getAttribute("data-chart") ?? "", autorange ? null : [range[0], range[1]]);
}

/**
 * A mark with a page of its own leads there, several in one are looked at more closely.
 * @param {Plot} plot
 * @param {{points: {customdata?: any}[]}} event
 */
function follow(plot, { points: [point] }) {
  const way = point?.customdata;
  if (typeof way === "string" && /^\/[^/]/.test(way)) leaveFor(way);
  else if (way?.zoom) plotly.relayout(plot, { "xaxis.range": way.zoom });
}

/**
 * @param {Plot} plot
 * @returns {Record<string, {range: [number, number], autorange: boolean}>}
 */
function zoomOf(plot) {
  const entries = AXES.map((axis) => {
    const { range, autorange } = plot.layout[axis];
    return [axis, { range: [...range], autorange: Boolean(autorange) }];
  });
  return Object.fromEntries(entries);
}

/**
 * @param {Element} chart
 * @param {number} factor
 */
function zoom(chart, factor) {
  const plot = /** @type {Plot} */ (part(chart, "[data-chart-plot]"));
  const axes = AXES.filter((axis) => !plot.layout[axis].fixedrange);
  const ranges = axes.map((axis) => [`${axis}.range`, zoomed(plot.layout[axis].range, factor)]);
  plotly.relayout(plot, Object.fromEntries(ranges));
}

/** @param {Element} chart */
async function whole(chart) {
  const plot = /** @type {Plot} */ (part(chart, "[data-chart-plot]"));
  const { layout } = /** @type {Figure} */ (figureOf(chart));
  const ranges = AXES.map((axis) =>
    layout[axis].range ? [`${axis}.range`, layout[axis].range] : [`${axis}.autorange`, true],
  );
  await plotly.relayout(plot, Object.fromEntries(ranges));
  zooms.delete(chart);
  tellZoom(chart.getAttribute("data-chart") ?? "", null);
}

/**
 * Saves what is seen now, under its title.
 * @param {Element} chart
 */
async function savePng(chart) {
  const plot = part(chart, "[data-chart-plot]");
  const figure = /** @type {Figure} */ (figureOf(chart));
  const { data, layout } = drawing(chart, figure);
  const [width, height] = [plot.clientWidth, plot.clientHeight + 32];
  const text = part(chart, "h2").textContent;
  const title = { text, x: 0.01, y: 0.98, yanchor: "top", font: { size: 14 } };
  const margin = { ...layout.margin, t: layout.margin.t + 32 };
  const paper = getComputedStyle(chart).backgroundColor;
  const framed = { ...layout, title, margin, height, width, paper_bgcolor: paper };
  const svg = await plotly.toImage({ data, layout: framed }, { format: "svg", width, height });
  const picture = new Image();
  picture.src = svg;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * PNG_SCALE, height * PNG_SCALE];
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(blob, `${fileName(chart)}.png`), "image/png");
}

/** @type {Record<string, (chart: Element) => void>} */
const TOOLS = {
  in: (chart) => zoom(chart, NEARER),
  out: (chart) => zoom(chart, 1 / NEARER),
  whole,
  png: savePng,
  csv: saveCsv,
  json: saveJson,
};

const charts = [...document.querySelectorAll("[data-chart]")];
const drawn = charts.map((chart) => {
  const range = zoomOfAddress(chart.getAttribute("data-chart") ?? "");
  if (range) zooms.set(chart, { xaxis: { range, autorange: false } });
  chart.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-chart-tool]");
    if (button) TOOLS[button.getAttribute("data-chart-tool") ?? ""]?.(chart);
  });
  new MutationObserver(() => draw(chart)).observe(part(chart, "[data-chart-source]"), {
    childList: true,
  });
  return draw(chart);
});
Promise.allSettled(drawn).then(scrollBack);
document.addEventListener("live-tone", () => {
  for (const chart of charts) part(chart, "[data-chart-stale]").hidden = !isStale();
});
const redraw = () => charts.forEach((chart) => draw(chart));
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
// Paper is always light.
matchMedia("print").addEventListener("change", redraw);
