/**
 * The theme switch. The choice is a cookie, so that the server writes it into the page: no script
 * has to run before the first paint, and nothing flashes.
 */

const YEAR_S = 365 * 24 * 3600;

export function startThemeSwitch() {
  const group = document.querySelector("[data-theme-switch]");
  if (!(group instanceof HTMLElement)) return;
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-theme-choice]");
    if (button instanceof HTMLElement) choose(group, button.dataset.themeChoice ?? "");
  });
}

/**
 * @param {HTMLElement} group
 * @param {string} theme light, dark, or empty to follow the system
 */
function choose(group, theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = theme ? YEAR_S : 0;
  document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of group.querySelectorAll("[data-theme-choice]")) {
    const isChosen = /** @type {HTMLElement} */ (button).dataset.themeChoice === theme;
    button.setAttribute("aria-pressed", String(isChosen));
  }
}
