/** What the light in the bar says about the connection: live, polling or stale. */

import { ageText } from "./durations.js";

// Beats come every 10 s; one may be late.
export const SILENT_AFTER_S = 15;
// A reconnect that takes less than this is nobody's business.
const MENTION_AFTER_S = 3;
// Polling works as it is: said once, then the light is enough.
const MENTION_UNTIL_S = 30;

/** @typedef {"wait" | "live" | "poll" | "stale"} Tone */

/**
 * @param {object} connection
 * @param {boolean} connection.isOpen whether the socket is open and has greeted
 * @param {boolean} connection.wasLive whether it ever was
 * @param {number} connection.dataS seconds since the page was last known to show the present
 * @param {number} connection.lostS seconds since the socket was lost or asked for, 0 while open
 * @returns {{tone: Tone, text: string, banner: string}} `banner` is empty while all is well
 */
export function light({ isOpen, wasLive, dataS, lostS }) {
  const age = ageText(dataS);
  if (dataS > SILENT_AFTER_S) {
    return {
      tone: "stale",
      text: `Stale · ${age} old`,
      banner: `No answer for ${age}: this page does not show what happened since. You can read and write on it; a decision counts only once you see its recorded time. Trying again by itself.`,
    };
  }
  if (isOpen || (wasLive && lostS < MENTION_AFTER_S)) {
    return { tone: "live", text: `Live · ${age}`, banner: "" };
  }
  if (lostS < MENTION_AFTER_S) return { tone: "wait", text: "Connecting", banner: "" };
  const said = `No live connection for ${ageText(lostS)}. This page asks every 10\u00a0s instead; decisions work as always.`;
  return {
    tone: "poll",
    text: `Polling every 10\u00a0s · ${age} old`,
    banner: lostS < MENTION_UNTIL_S ? said : "",
  };
}
