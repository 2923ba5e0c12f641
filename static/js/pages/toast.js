/** Short messages for what no row on the page shows. */

const STAYS_MS = 12_000;

/**
 * @param {string} text
 * @param {object} [options]
 * @param {boolean} [options.isBad]
 * @param {{label: string, run: () => void}} [options.action] a message with an action stays
 */
export function toast(text, { isBad = false, action } = {}) {
  const place = document.querySelector("[data-toasts]");
  if (!place) return;
  const box = document.createElement("div");
  box.className = isBad ? "toast bad" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = action?.label ?? "Close";
  button.addEventListener("click", () => {
    box.remove();
    action?.run();
  });
  box.append(button);
  place.append(box);
  if (!action) setTimeout(() => box.remove(), STAYS_MS);
}
