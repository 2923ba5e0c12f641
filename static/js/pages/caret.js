/** Where a person is in a form that is drawn again: the field, and the place in its text. */

/** @typedef {{selector: string, start: number | null, end: number | null}} Caret */

/**
 * @param {HTMLElement} before
 * @returns {Caret | null} where the person is typing
 */
export function caretIn(before) {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || !before.contains(focused)) return null;
  const isText = focused instanceof HTMLTextAreaElement;
  const { choice } = focused.dataset;
  if (!focused.id && !choice) return null;
  return {
    selector: focused.id ? `#${CSS.escape(focused.id)}` : `[data-choice="${choice}"]`,
    start: isText ? focused.selectionStart : null,
    end: isText ? focused.selectionEnd : null,
  };
}

/**
 * @param {HTMLElement} after
 * @param {Caret | null} caret
 */
export function putCaret(after, caret) {
  const place = caret && after.querySelector(caret.selector);
  if (place instanceof HTMLElement) place.focus();
  if (place instanceof HTMLTextAreaElement) place.setSelectionRange(caret.start, caret.end);
}
