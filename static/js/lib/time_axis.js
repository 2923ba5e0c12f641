/** Where a time axis is marked in a time zone: the drawing library knows UTC alone. */

const NBSP = "\u00a0";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS_MS = [
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 30, 60, 90].map((days) => days * DAY_MS),
];
const TICKS_MOST = 6;

/**
 * @param {string} text a time as the drawing library writes it, `2026-03-01 12:00`, in UTC
 * @returns {number} milliseconds since the epoch
 */
export function axisTime(text) {
  const [day, time = "00:00"] = text.replace("Z", "").split(/[ T]/);
  return Date.parse(`${day}T${time}Z`);
}

/**
 * @param {number} at milliseconds since the epoch
 * @param {string} zone a name of the time zone database
 * @returns {number} what clocks there show, as if they were in UTC
 */
export function wallTime(at, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const { year, month, day, hour, minute, second } = Object.fromEntries(
    parts.map(({ type, value }) => [type, value]),
  );
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/**
 * @param {number} from milliseconds since the epoch
 * @param {number} to
 * @param {string} zone a name of the time zone database
 * @returns {{tickvals: string[], ticktext: string[]}} round times of the zone's clocks: each once,
 *   also where clocks are put back, and none that clocks skip
 */
export function zoneTicks(from, to, zone) {
  const step = STEPS_MS.find((each) => (to - from) / each <= TICKS_MOST) ?? (to - from) / TICKS_MOST;
  const first = Math.ceil(wallTime(from, zone) / step) * step;
  const tickvals = [];
  const ticktext = [];
  for (let wall = first; wall <= wallTime(to, zone); wall += step) {
    const at = momentOf(wall, zone);
    if (at === null || at < from || at > to) continue;
    tickvals.push(new Date(at).toISOString());
    ticktext.push(tickText(wall, step, ticktext.length === 0));
  }
  return { tickvals, ticktext };
}

/**
 * @param {number} wall what clocks show, as if in UTC
 * @param {string} zone
 * @returns {number | null} when they do, the first time; null where they skip it
 */
function momentOf(wall, zone) {
  const guesses = [wall - DAY_MS, wall + DAY_MS].map((near) => wall - (wallTime(near, zone) - near));
  return guesses.sort((one, other) => one - other).find((at) => wallTime(at, zone) === wall) ?? null;
}

/**
 * @param {number} wall
 * @param {number} step
 * @param {boolean} isFirst
 * @returns {string} `1 Mar`, or `14:00` with its day where that begins or nothing says it before
 */
function tickText(wall, step, isFirst) {
  const at = new Date(wall);
  const month = at.toLocaleString("en-GB", { month: "short", timeZone: "UTC" }).slice(0, 3);
  const day = `${at.getUTCDate()}${NBSP}${month}`;
  if (step >= DAY_MS) return day;
  const time = at.toISOString().slice(11, 16);
  return isFirst || time === "00:00" ? `${time}<br>${day}` : time;
}
