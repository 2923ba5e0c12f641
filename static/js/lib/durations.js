/**
 * Durations as a person reads them on a running clock, and how the ring beside them looks.
 * The server writes the same words (dashboard/display/durations.py); one table tests both.
 */

const NBSP = "\u00a0";
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
// Below this the seconds decide, so the clock shows them.
const SHOW_SECONDS_BELOW_S = 20 * MINUTE;

/**
 * @param {number} seconds any finite number; less than zero reads as zero
 * @returns {string} `4:12`, `42 min`, `3 h 16` or `2 d 4 h`
 */
export function durationText(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < SHOW_SECONDS_BELOW_S) {
    return `${Math.floor(whole / MINUTE)}:${String(whole % MINUTE).padStart(2, "0")}`;
  }
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}${NBSP}min`;
  if (whole < DAY) {
    const minutes = Math.floor((whole % HOUR) / MINUTE);
    const hours = `${Math.floor(whole / HOUR)}${NBSP}h`;
    return minutes ? `${hours}${NBSP}${String(minutes).padStart(2, "0")}` : hours;
  }
  const hours = Math.floor((whole % DAY) / HOUR);
  const days = `${Math.floor(whole / DAY)}${NBSP}d`;
  return hours ? `${days}${NBSP}${hours}${NBSP}h` : days;
}

/**
 * @param {number} leftS seconds left
 * @param {number} spanS seconds it had at first
 * @returns {{percent: number, tone: "" | "half" | "last" | "over"}} half of the time and a tenth
 *   of it are where the look changes
 */
export function ring(leftS, spanS) {
  const left = spanS > 0 ? Math.min(1, Math.max(0, leftS / spanS)) : 0;
  const percent = Math.round(100 * left);
  if (leftS <= 0) return { percent, tone: "over" };
  if (left <= 0.1) return { percent, tone: "last" };
  return { percent, tone: left <= 0.5 ? "half" : "" };
}

/**
 * @param {Date} at
 * @param {string} [zone] a name of the time zone database
 * @returns {string} time of day in the zone, `12:03:04`
 */
export function clockTime(at, zone = "UTC") {
  return at.toLocaleTimeString("en-GB", { timeZone: zone, hourCycle: "h23" });
}

/**
 * @param {Date} at
 * @param {Date} now
 * @returns {string} `12:03:04` today, `2 Dec 09:34` on another day, in UTC
 */
export function momentTime(at, now) {
  if (at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)) return clockTime(at);
  const month = at.toLocaleString("en-GB", { month: "short", timeZone: "UTC" }).slice(0, 3);
  return `${at.getUTCDate()}${NBSP}${month} ${clockTime(at).slice(0, 5)}`;
}

/**
 * Age in words that fit in a bar: `6 s`, `3 min`, `2 h 01`.
 * @param {number} seconds
 * @returns {string}
 */
export function ageText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return `${whole}${NBSP}s`;
  return whole < HOUR ? `${Math.floor(whole / MINUTE)}${NBSP}min` : durationText(whole);
}
