/** Copies what a page shows once; the button appears where the browser lets it. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.querySelector(`#${CSS.escape(button.getAttribute("data-copy") ?? "")}`);
  const said = button.parentElement?.querySelector("[data-copied]");
  if (!(button instanceof HTMLButtonElement) || !(field instanceof HTMLInputElement)) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const isCopied = await copied(field);
    if (said) said.textContent = isCopied ? "Copied." : "Not copied: the text is selected, press Ctrl and C.";
  });
}

/**
 * @param {HTMLInputElement} field
 * @returns {Promise<boolean>} whether its text is in the clipboard; where not, it is selected
 */
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // A page without https has no clipboard, and a person may have forbidden it.
    field.focus();
    field.select();
    return false;
  }
}
