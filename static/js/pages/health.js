/** The health page reads its parts again every few seconds: no event says that something has died. */

import { GoneError, SignedOutError, wholeFragment } from "./fragment.js";
import { redrawParts } from "./redraw.js";

const TAKE_EVERY_MS = 5_000;
/** So long what stands there may be trusted while the server does not answer. */
const STALE_MS = 15_000;

let takenAt = Date.now();

async function take() {
  const shown = document.querySelector("[data-health]");
  if (!(shown instanceof HTMLElement)) return;
  redrawParts(shown, await wholeFragment(shown.dataset.partsUrl ?? "", "[data-health]"));
  takenAt = Date.now();
}

function showAge() {
  const note = document.querySelector("[data-health-stale]");
  if (note instanceof HTMLElement) note.hidden = Date.now() - takenAt < STALE_MS;
}

async function step() {
  if (document.visibilityState === "visible") {
    try {
      await take();
    } catch (error) {
      if (error instanceof SignedOutError) return;
      // The person is no manager any longer: the page itself says so.
      if (error instanceof GoneError) {
        location.reload();
        return;
      }
    }
    showAge();
  }
  setTimeout(step, TAKE_EVERY_MS);
}

setTimeout(step, TAKE_EVERY_MS);
