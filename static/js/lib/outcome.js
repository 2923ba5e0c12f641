/** What the server's answer to a decision means for the person who sent it. */

import { clockTime, momentTime } from "./durations.js";

/**
 * @typedef {object} Current the ticket as it is now, from a problem document
 * @property {string} state
 * @property {string} resolution
 * @property {string} by
 * @property {string} at ISO 8601
 * @property {string} reason
 * @property {number} version
 */
/**
 * @typedef {object} Outcome
 * @property {"recorded" | "conflict" | "refused" | "signed_out" | "not_recorded"} kind
 * @property {string} message one or two sentences for the person
 * @property {string} [field] the field that was wrong
 * @property {Current} [current] with a conflict
 * @property {string} [url] where what became of it is shown, if elsewhere
 */

/**
 * @param {number} status HTTP status; 0 where no answer came
 * @param {Record<string, any> | null} body the JSON answer, or null where there was none
 * @returns {Outcome}
 */
export function outcomeOf(status, body) {
  if (status >= 200 && status < 300 && body?.ok) {
    const at = body.recorded_at ? ` ${clockTime(new Date(body.recorded_at))}` : "";
    const url = body.url ? { url: String(body.url) } : {};
    return { kind: "recorded", message: `Recorded${at}.`, ...url };
  }
  const detail = String(body?.detail ?? body?.title ?? "");
  if ((status === 409 || status === 410) && body?.current) {
    return { kind: "conflict", message: detail, current: body.current };
  }
  if (status === 401 && !body?.field) {
    return { kind: "signed_out", message: "Not recorded: you are signed out. Your text is kept." };
  }
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return {
      kind: "refused",
      message: detail ? `Not recorded. ${detail}` : `Not recorded: the server answered ${status}.`,
      ...(body?.field ? { field: String(body.field) } : {}),
    };
  }
  const cause = status ? `the server answered ${status}` : "the server did not answer";
  return {
    kind: "not_recorded",
    message: `Not recorded: ${cause}. Your text is kept. Trying again cannot count twice.`,
  };
}

const RESOLUTIONS = /** @type {Record<string, string>} */ ({
  approved: "Approved",
  denied: "Denied",
  released: "Released",
  kept_frozen: "Kept frozen",
  acknowledged: "Acknowledged",
  agent_paused: "Agent paused",
  rebaselined: "Re-baselined",
  mandate_lowered: "Mandate lowered",
  passed: "Passed",
  failed: "Failed",
  unclear: "Cannot tell",
  settled: "Settled",
});
const STATES = /** @type {Record<string, string>} */ ({
  expired: "Expired",
  cancelled: "Withdrawn",
  superseded: "Superseded",
});

/**
 * @param {Current} current
 * @param {number} seenVersion the version that the person had before them
 * @param {string} detail what the server said
 * @param {Date} now the server's time
 * @returns {{title: string, sentence: string, reason: string}} what a person reads who was slower
 */
export function conflictText(current, seenVersion, detail, now) {
  const at = current.at ? ` at ${momentTime(new Date(current.at), now)}` : "";
  const versions = `You had opened version ${seenVersion}; now it is ${current.version}. `;
  const lost = "Your decision was not recorded.";
  if (current.resolution) {
    const became = RESOLUTIONS[current.resolution] ?? current.resolution;
    return {
      title: current.by ? `${current.by} decided first` : "Decided already",
      sentence: `${became}${at}. ${versions}${lost}`,
      reason: current.reason ?? "",
    };
  }
  const ended = STATES[String(current.state).toLowerCase()];
  return {
    title: ended ? `${ended}${at}` : "The ticket changed",
    sentence: `${detail} ${seenVersion === current.version ? "" : versions}${lost}`.trim(),
    reason: "",
  };
}
