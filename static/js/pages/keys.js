/**
 * Single-key shortcuts. They can be switched off, stay silent while a person types, and none of
 * them commits a decision.
 */

import { startSwitch } from "./switch.js";

/** @returns {boolean} whether the person has them on; the server keeps that for every browser */
function areOn() {
  return document.body.dataset.shortcuts !== "off";
}

/**
 * @param {Record<string, () => void>} actions by key, lower case; `shift+x` where that differs
 */
export function startKeys(actions) {
  const card = document.querySelector("[data-keys]");
  if (card instanceof HTMLElement) card.hidden = false;
  const form = document.querySelector("form[data-keys-form]");
  if (form instanceof HTMLFormElement) {
    startSwitch(form, "keys", (isOn) => {
      document.body.dataset.shortcuts = isOn ? "on" : "off";
    });
  }
  // Not the switch: Enter would turn the keys off that the person asked about.
  const heading = card?.querySelector("h2");
  if (heading) heading.tabIndex = -1;
  const help = () => heading?.focus();
  document.addEventListener("keydown", (event) => {
    if (!areOn() || isTyping(event)) return;
    const key = event.key.toLowerCase();
    const action = key === "?" ? help : ((event.shiftKey && actions[`shift+${key}`]) || actions[key]);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/**
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
function isTyping(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return true;
  const target = /** @type {Element} */ (event.target);
  if (event.key === "Enter") return target !== document.body && !target.matches("main");
  // The box of a row takes the space bar and nothing else.
  return target.matches("input:not([data-pick]), select, textarea, [contenteditable]");
}
