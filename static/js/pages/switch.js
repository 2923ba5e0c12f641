/** A switch that the server keeps for the person: sent at once, and drawn as it was recorded. */

import { outcomeOf } from "../lib/outcome.js";
import { say, showProblem } from "./decision.js";
import { post } from "./send.js";

/**
 * @param {HTMLFormElement} form holds one button and the hidden field it is sent by
 * @param {string} field `keys` or `notices`: the name of that field, and what is on or off
 * @param {(isOn: boolean) => void} switched is told what was recorded
 */
export function startSwitch(form, field, switched) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say(form, "Recording…");
    const { status, answer } = await post(form, {});
    const outcome = outcomeOf(status, answer);
    say(form, "");
    if (outcome.kind !== "recorded") {
      showProblem(form, outcome, () => form.requestSubmit());
      return;
    }
    const isOn = Boolean(answer?.on);
    draw(form, field, isOn);
    switched(isOn);
  });
}

/**
 * Says where it stands, and asks for the other way next time.
 * @param {HTMLFormElement} form
 * @param {string} field
 * @param {boolean} isOn
 */
function draw(form, field, isOn) {
  const [toggle, wanted] = [form.querySelector("button"), form.querySelector(`[name="${field}"]`)];
  const name = field[0].toUpperCase() + field.slice(1);
  toggle?.setAttribute("aria-pressed", String(isOn));
  if (toggle) toggle.textContent = `${name} are ${isOn ? "on" : "off"}`;
  if (wanted instanceof HTMLInputElement) wanted.value = isOn ? "off" : "on";
}
