/** The account page: switching notices on asks the browser, which only a click may do. */

import { permissionNote } from "../lib/notices.js";
import { noticesSwitched, show } from "./notices.js";
import { startSwitch } from "./switch.js";

const TRIED = {
  tag: "countersign-try",
  title: "Countersign shows notices here",
  body: "A new ticket that calls you is told like this.",
};

/** @returns {"default" | "granted" | "denied" | "unsupported"} */
function permission() {
  return "Notification" in window && isSecureContext ? Notification.permission : "unsupported";
}

/** @param {"default" | "granted" | "denied" | "unsupported"} now */
function draw(now) {
  const note = permissionNote(now);
  const [place, words] = ["[data-permission]", "[data-permission-words]"].map((part) => document.querySelector(part));
  const [asks, tries] = ["[data-permission-ask]", "[data-notice-try]"].map((part) => document.querySelector(part));
  if (place instanceof HTMLElement) place.hidden = document.body.dataset.notices !== "on";
  if (words && words.textContent !== note.words) words.textContent = note.words;
  if (asks instanceof HTMLElement) asks.hidden = !note.canAsk;
  if (tries instanceof HTMLElement) tries.hidden = !note.canTry;
}

async function askBrowser() {
  if (permission() === "default") await Notification.requestPermission();
  draw(permission());
}

const form = document.querySelector("form[data-notices-form]");
if (form instanceof HTMLFormElement) {
  const isWanted = () => new FormData(form).get("notices") === "on";
  // Before it is sent: a browser shows its question only right after a click.
  form.addEventListener("submit", () => {
    if (isWanted()) askBrowser();
  });
  startSwitch(form, "notices", (isOn) => {
    document.body.dataset.notices = isOn ? "on" : "off";
    draw(permission());
    noticesSwitched();
  });
}
document.querySelector("[data-permission-ask]")?.addEventListener("click", askBrowser);
document.querySelector("[data-notice-try]")?.addEventListener("click", () => {
  if (!show({ ...TRIED, url: location.href })) draw("unsupported");
});
/** Offers the browser's own zone where the person has not said any. */
function offerZone() {
  const field = document.querySelector("#hours-zone");
  const offer = document.querySelector("[data-zone-offer]");
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const known = document.querySelector(`#zones option[value="${CSS.escape(timeZone)}"]`);
  if (!(field instanceof HTMLInputElement) || !(offer instanceof HTMLElement)) return;
  if (!known || field.value !== "UTC" || timeZone === "UTC") return;
  offer.textContent = `Take ${timeZone}, as this browser`;
  offer.hidden = false;
  offer.addEventListener("click", () => {
    field.value = timeZone;
    offer.hidden = true;
    field.focus();
  });
}

offerZone();
// Whoever allows it in the browser's own settings comes back to this page.
document.addEventListener("visibilitychange", () => draw(permission()));
draw(permission());
