/** The note under a form that says what went wrong. */

/**
 * @param {string} text
 * @returns {HTMLElement}
 */
export function badNote(text) {
  const note = document.createElement("p");
  note.className = "note bad";
  const words = document.createElement("span");
  words.textContent = text;
  note.append(words);
  return note;
}
