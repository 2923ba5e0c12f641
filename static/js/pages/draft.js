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
