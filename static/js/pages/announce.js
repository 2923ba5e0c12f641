/**
 * What a screen reader says when it is idle. What happens in one moment is said as one text, so
 * that the last of it does not swallow the rest; a storm is cut short and counted.
 */

const TOGETHER_MS = 150;
const SAID_MOST = 4;
/** @type {string[]} */
let waiting = [];

/** @param {string} text whole sentences */
export function announce(text) {
  const place = document.querySelector("[data-announce]");
  if (!place || waiting.includes(text)) return;
  waiting.push(text);
  if (waiting.length > 1) return;
  // Emptied first: the same words a second time would else be no change to read out.
  place.textContent = "";
  setTimeout(() => {
    const more = waiting.length - SAID_MOST;
    const said = waiting.slice(0, SAID_MOST);
    if (more > 0) said.push(`And ${more} more ${more === 1 ? "change" : "changes"}.`);
    waiting = [];
    place.textContent = said.join(" ");
  }, TOGETHER_MS);
}
