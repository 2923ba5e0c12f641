/** Claims and lets go without leaving the page; keeps the lease while the person is here. */

import { clockTime } from "../lib/durations.js";
import { serverNow } from "./clock.js";
import { send } from "./send.js";
import { toast } from "./toast.js";

const RENEW_EVERY_MS = 30_000;

/** @param {(form: HTMLFormElement) => void} changed called when the server has recorded it */
export function startClaims(changed) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("claim" in form.dataset)) return;
    event.preventDefault();
    const outcome = await send(form, {});
    if (outcome.kind !== "recorded") toast(outcome.message, { isBad: true });
    changed(form);
  });
}

/** Renews the lease of an open ticket while its page is seen; a hidden page lets it run out. */
export function keepLease() {
  setInterval(() => {
    const mine = document.querySelector("[data-my-claim]");
    const form = mine?.querySelector("form[data-claim]");
    if (!(mine instanceof HTMLElement) || !(form instanceof HTMLFormElement)) return;
    if (document.visibilityState !== "visible") return;
    renew(mine.dataset.claimUrl ?? "", form);
  }, RENEW_EVERY_MS);
}

/**
 * @param {string} url
 * @param {HTMLFormElement} form carries the token and the version
 */
async function renew(url, form) {
  const renewal = /** @type {HTMLFormElement} */ (form.cloneNode(true));
  renewal.action = url;
  const outcome = await send(renewal, { renew: "1" });
  if (outcome.kind === "refused") {
    toast(`The claim could not be renewed at ${clockTime(new Date(serverNow()))}.`);
  }
}
