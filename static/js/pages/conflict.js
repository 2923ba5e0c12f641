/** Tells a person who was slower who decided, when and what, and keeps their words in sight. */

import { conflictText } from "../lib/outcome.js";
import { visibleSegments } from "../lib/visible_text.js";
import { serverNow } from "./clock.js";

/**
 * @param {HTMLElement} panel
 * @param {import("../lib/outcome.js").Current} current
 * @param {number} seenVersion
 * @param {string} detail what the server said
 * @param {string} text what the person had typed, empty where a form still holds it
 */
export function showConflict(panel, current, seenVersion, detail, text) {
  const template = panel.querySelector("template[data-conflict-blank]");
  if (!(template instanceof HTMLTemplateElement)) return;
  const drawn = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const words = conflictText(current, seenVersion, detail, new Date(serverNow()));
  fill(drawn, "[data-conflict-title]", words.title);
  fill(drawn, "[data-conflict-sentence]", words.sentence);
  fill(drawn, "[data-conflict-reason]", words.reason && `“${words.reason}”`);
  fill(drawn, "[data-conflict-typed]", text);
  const dialog = drawn.querySelector("[data-conflict]");
  template.after(drawn);
  if (dialog instanceof HTMLElement) dialog.focus();
}

/**
 * @param {DocumentFragment} drawn
 * @param {string} selector
 * @param {string} text empty leaves the line out
 */
function fill(drawn, selector, text) {
  const place = drawn.querySelector(selector);
  if (!text) {
    place?.closest("[data-conflict-line]")?.remove();
    return;
  }
  place?.replaceChildren(
    ...visibleSegments(text).map((segment) => {
      if (!segment.isNamed) return document.createTextNode(segment.text);
      const mark = document.createElement("mark");
      mark.textContent = segment.text;
      return mark;
    }),
  );
}
