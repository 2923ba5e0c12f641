/**
 * Add a line to a list of lines, each of which is there once.
 *
 * @param {string} text the list as it was typed
 * @param {string} line what to add; blanks around it do not count
 * @returns {{text: string, told: string}} the list, and what to say of it
 */
export function lineAdded(text, line) {
  const wanted = line.trim();
  const lines = text.split("\n").map((each) => each.trim()).filter(Boolean);
  if (!wanted) return { text, told: "" };
  if (lines.includes(wanted)) return { text, told: `${wanted} is in the list already.` };
  return { text: [...lines, wanted].join("\n"), told: `${wanted} added; ${lines.length + 1} in the list.` };
}
