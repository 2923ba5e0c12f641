/** Waits for the first question of an agent, and copies what there is to paste. */

import { fragment } from "./fragment.js";

const EVERY_MS = 1_500;
// After errors, and while nobody looks, the server is asked less often.
const LATER_MS = 10_000;

const place = document.querySelector("[data-asked]");

/**
 * @param {string} text
 */
function says(text) {
  const line = place?.querySelector("[data-asked-waits]");
  if (line && line.textContent !== text) line.textContent = text;
}

/** Asks until the answer is there, and once more for each wait. */
async function look() {
  if (!(place instanceof HTMLElement) || place.querySelector("[data-asked-came]")) return;
  let wait = document.hidden ? LATER_MS : EVERY_MS;
  try {
    const came = await fragment(place.dataset.url ?? "", "[data-asked-came]");
    if (came) {
      place.replaceChildren(came);
      return;
    }
    says("This page waits for it, and shows the gate's answer by itself.");
  } catch (error) {
    if (error instanceof Error && error.name === "SignedOutError") return;
    says("The server did not answer; this page asks again in 10 s.");
    wait = LATER_MS;
  }
  setTimeout(look, wait);
}

for (const button of document.querySelectorAll("[data-copy-text]")) {
  const text = document.querySelector(`#${CSS.escape(button.getAttribute("data-copy-text") ?? "")}`);
  const said = button.parentElement?.querySelector("[data-copied]");
  if (!(button instanceof HTMLButtonElement) || !text) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let told = "Copied.";
    try {
      await navigator.clipboard.writeText(text.textContent ?? "");
    } catch {
      // A page without https has no clipboard, and a person may have forbidden it.
      getSelection()?.selectAllChildren(text);
      told = "Not copied: the text is selected, press Ctrl and C.";
    }
    if (said) said.textContent = told;
  });
}

look();
