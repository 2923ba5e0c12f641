/** Lets a person find agents by name and add them to the list of a key; without script they type. */

import { lineAdded } from "../lib/line_added.js";

const pick = document.querySelector("[data-agents-pick]");
const list = document.querySelector("[data-agents]");
const field = pick?.querySelector("input");
const button = pick?.querySelector("[data-agents-add]");
const said = pick?.querySelector("[data-agents-said]");

if (pick instanceof HTMLElement && list instanceof HTMLTextAreaElement && field && button && said) {
  pick.hidden = false;
  button.addEventListener("click", add);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // The form must not be sent by choosing an agent.
    event.preventDefault();
    add();
  });
}

function add() {
  if (!(list instanceof HTMLTextAreaElement) || !field || !said) return;
  const { text, told } = lineAdded(list.value, field.value);
  list.value = text;
  said.textContent = told;
  field.value = "";
  field.focus();
}
