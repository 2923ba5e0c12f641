/** What a person has typed survives a reload, a sign-in and somebody else's decision. */

const FIELDS = ["reason_code", "reason_text"];

/**
 * @param {HTMLFormElement} form
 * @returns {string[]} code and text; empty where nothing was typed
 */
export function typed(form) {
  return FIELDS.map((name) => {
    const field = form.elements.namedItem(name);
    return field && "value" in field ? String(field.value) : "";
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string[]} values as `typed` gave them; a value that no longer exists stays unset
 */
export function retype(form, values) {
  FIELDS.forEach((name, place) => {
    const field = form.elements.namedItem(name);
    if (field && "value" in field && values[place]) field.value = values[place];
  });
}

/**
 * @param {HTMLFormElement} form
 * @returns {string[]} the held tasks that are ticked
 */
export function ticked(form) {
  return new FormData(form).getAll("tasks").map(String);
}

/**
 * @param {HTMLFormElement} form
 * @param {string[]} names held tasks to tick; one that is settled by now is not there
 */
export function tick(form, names) {
  for (const box of form.querySelectorAll('input[name="tasks"]')) {
    if (box instanceof HTMLInputElement) box.checked = names.includes(box.value);
  }
}

/** @param {string} ticketId */
const place = (ticketId) => `countersign.draft.${ticketId}`;

/**
 * @param {string} ticketId
 * @param {HTMLFormElement} form
 */
export function keepDraft(ticketId, form) {
  sessionStorage.setItem(place(ticketId), JSON.stringify(typed(form)));
}

/**
 * @param {string} ticketId
 * @returns {string[]}
 */
export function keptDraft(ticketId) {
  return JSON.parse(sessionStorage.getItem(place(ticketId)) ?? "[]");
}

/** @param {string} ticketId */
export function dropDraft(ticketId) {
  sessionStorage.removeItem(place(ticketId));
}
