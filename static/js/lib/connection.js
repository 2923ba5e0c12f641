/** What the light in the bar says about the connection: live, polling or stale. */

import { ageText } from "./durations.js";

// Beats come every 10 s; one may be late.
export const SILENT_AFTER_S = 15;
// A reconnect that takes less than this is nobody's business.
const MENTION_AFTER_S = 3;

/** @typedef {"wait" | "live" | "poll" | "stale"} Tone */

/**
 * @param {object} connection
 * @param {boolean} connection.isOpen whether the socket is open
 * @param {number} connection.heardS seconds since the socket last said something
 * @param {number} connection.dataS seconds since the page last got data, by socket or by polling
 * @param {number} connection.lostS seconds since the socket was lost, 0 while it is open
 * @returns {{tone: Tone, text: string, banner: string}} `banner` is empty while all is well
 */
export function light({ isOpen, heardS, dataS, lostS }) {
  if (isOpen && heardS <= SILENT_AFTER_S) {
    return { tone: "live", text: `Live · ${ageText(heardS)}`, banner: "" };
  }
  const age = ageText(dataS);
  if (dataS > SILENT_AFTER_S) {
    return {
      tone: "stale",
      text: `Stale · ${age} old`,
      banner: `No answer for ${age}. What you see may be old. A decision counts once you see its recorded time.`,
    };
  }
  if (lostS < MENTION_AFTER_S) return { tone: "wait", text: "Connecting", banner: "" };
  return {
    tone: "poll",
    text: `Polling every 10\u00a0s · ${age} old`,
    banner: `Connection lost ${ageText(lostS)} ago. Data is polled. Decisions still work.`,
  };
}
