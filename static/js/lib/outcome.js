/** What the server's answer to a decision means for the person who sent it. */

import { clockTime } from "./durations.js";

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
 * @property {"recorded" | "conflict" | "gone" | "refused" | "signed_out" | "not_recorded"} kind
 * @property {string} message one or two sentences for the person
 * @property {string} [field] the field that was wrong
 * @property {Current} [current] with a conflict
 */

/**
 * @param {number} status HTTP status; 0 where no answer came
 * @param {Record<string, any> | null} body the JSON answer, or null where there was none
 * @returns {Outcome}
 */
export function outcomeOf(status, body) {
  if (status >= 200 && status < 300 && body?.ok) {
    const at = body.recorded_at ? ` ${clockTime(new Date(body.recorded_at))}` : "";
    return { kind: "recorded", message: `Recorded${at}.` };
  }
  const detail = String(body?.detail ?? body?.title ?? "");
  if (status === 409 && body?.current) {
    return { kind: "conflict", message: detail, current: body.current };
  }
  if (status === 410) return { kind: "gone", message: detail || "Nobody waits for this any more." };
  if (status === 401) {
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
});
const STATES = /** @type {Record<string, string>} */ ({
  pending: "Changed",
  expired: "Expired",
  cancelled: "Withdrawn",
  superseded: "Superseded",
});

/**
 * @param {Current} current
 * @param {number} seenVersion the version that the person had before them
 * @returns {{title: string, sentence: string, reason: string}} what a person reads who was slower
 */
export function conflictText(current, seenVersion) {
  const isDecided = Boolean(current.resolution) && Boolean(current.by);
  const became =
    RESOLUTIONS[current.resolution] ?? STATES[String(current.state).toLowerCase()] ?? "Changed";
  const at = current.at ? ` at ${clockTime(new Date(current.at))}` : "";
  return {
    title: isDecided ? `${current.by} decided first` : "The ticket changed",
    sentence:
      `${became}${at}. You had opened version ${seenVersion}; ` +
      `now it is ${current.version}. Your decision was not recorded.`,
    reason: current.reason ?? "",
  };
}
