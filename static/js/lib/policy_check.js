/** What may be typed into a field of the policy: the server's range and sentence, asked before sending. */

/**
 * @typedef {object} Allowed as the server wrote it beside the field
 * @property {string} low least number, as it is typed; empty where there is none
 * @property {string} high
 * @property {boolean} isWhole
 * @property {string} refused the sentence, with `{}` for what was typed; empty for words
 */

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,4})?$/i;
const MINUS = "\u2212";

/**
 * @param {string} typed
 * @returns {number | null} null where it is no number
 */
export function typedNumber(typed) {
  const text = typed.trim().replaceAll(MINUS, "-");
  return NUMBER.test(text) ? Number(text) : null;
}

/**
 * @param {string} typed
 * @param {Allowed} allowed
 * @returns {string} the server's sentence, empty where the value is allowed
 */
export function refusal(typed, allowed) {
  const number = typedNumber(typed);
  const isWrong =
    number === null ||
    (allowed.isWhole && !Number.isInteger(number)) ||
    (allowed.low !== "" && number < Number(allowed.low)) ||
    (allowed.high !== "" && number > Number(allowed.high));
  return isWrong ? allowed.refused.replace("{}", () => typed.trim() || "nothing") : "";
}

/**
 * @param {string} typed
 * @param {string} seen
 * @returns {boolean} whether two texts say another value: 8 and 8.0 do not
 */
export function differs(typed, seen) {
  if (typed.trim() === seen.trim()) return false;
  const [one, other] = [typedNumber(typed), typedNumber(seen)];
  return one === null || other === null || one !== other;
}

/**
 * @param {number} count fields typed into and not sent
 * @returns {string}
 */
export function unsentText(count) {
  if (!count) return "Nothing is in force before the draft is published.";
  return `${count} ${count === 1 ? "field" : "fields"} typed, not in the draft yet.`;
}
