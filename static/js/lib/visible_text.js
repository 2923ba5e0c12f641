/** Text of other people with hidden characters named, as the server names them; letters that pose are not told here. */

// Controls, formats (bidirectional overrides, zero-width marks), surrogates, private use,
// unassigned; letters drawn as nothing; spaces that are not the one on the keyboard.
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|\u034f|[\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0]|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/u;

/** @typedef {{text: string, isNamed: boolean}} Segment */

/**
 * @param {string} text
 * @returns {Segment[]} runs of text; `isNamed` marks the name of a hidden character, like U+202E
 */
export function visibleSegments(text) {
  /** @type {Segment[]} */
  const segments = [];
  let plain = "";
  for (const character of text) {
    if (!HIDDEN.test(character)) {
      plain += character;
      continue;
    }
    if (plain) segments.push({ text: plain, isNamed: false });
    const code = /** @type {number} */ (character.codePointAt(0));
    segments.push({ text: `U+${code.toString(16).toUpperCase().padStart(4, "0")}`, isNamed: true });
    plain = character === "\n" ? character : "";
  }
  if (plain) segments.push({ text: plain, isNamed: false });
  return segments;
}
