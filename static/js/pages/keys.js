/**
 * Single-key shortcuts. They can be switched off, stay silent while a person types, and none of
 * them commits a decision.
 */

const STORE = "countersign.keys";

/** @returns {boolean} */
function areOn() {
  return localStorage.getItem(STORE) !== "off";
}

/**
 * @param {Record<string, () => void>} actions by key, lower case
 */
export function startKeys(actions) {
  const card = document.querySelector("[data-keys]");
  if (card instanceof HTMLElement) card.hidden = false;
  const toggle = document.querySelector("[data-keys-switch]");
  toggle?.addEventListener("click", () => {
    localStorage.setItem(STORE, areOn() ? "off" : "on");
    showSwitch(toggle);
  });
  if (toggle) showSwitch(toggle);
  // Not the switch: Enter would turn the keys off that the person asked about.
  const heading = card?.querySelector("h2");
  if (heading) heading.tabIndex = -1;
  const help = () => heading?.focus();
  document.addEventListener("keydown", (event) => {
    if (!areOn() || isTyping(event)) return;
    const action = event.key === "?" ? help : actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @param {Element} toggle */
function showSwitch(toggle) {
  toggle.setAttribute("aria-pressed", String(areOn()));
  toggle.textContent = areOn() ? "Keys are on" : "Keys are off";
}

/**
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
function isTyping(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return true;
  const target = /** @type {Element} */ (event.target);
  if (event.key === "Enter") return target !== document.body && !target.matches("main");
  return target.matches("input, select, textarea, [contenteditable]");
}
