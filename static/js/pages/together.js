/** Many tickets, one answer: what it would do is counted again whenever one of them moves. */

import { isOlder } from "../lib/sequence.js";
import { announce } from "./announce.js";
import { caretIn, putCaret } from "./caret.js";
import { begin, disarm, say, startDecision } from "./decision.js";
import { dropDraft, keepDraft, keptDraft, retype, typed } from "./draft.js";
import { signIn, wholeFragment } from "./fragment.js";
import { heardHalt } from "./halt.js";
import { startKeys } from "./keys.js";
import { follow } from "./live.js";
import { followLink, leadOnward } from "./onward.js";
import { isStale } from "./lamp.js";
import { startTakingBack } from "./take_back.js";
import { toast } from "./toast.js";

const CONCERNS_ALL = /^(agent|breaker|cascade|fleet|policy)\./;

/** @returns {HTMLElement} */
function page() {
  return /** @type {HTMLElement} */ (document.querySelector("[data-together]"));
}

/** @returns {HTMLFormElement | null} */
function decideForm() {
  return page().querySelector("form[data-decide]");
}

/**
 * @param {HTMLElement} drawing
 * @returns {import("../lib/sequence.js").Seqs}
 */
function seqsOf(drawing) {
  return JSON.parse(drawing.dataset.seqs ?? "{}");
}

/**
 * @param {HTMLFormElement} form
 * @returns {string} the draft's name: the tickets, whatever their versions are
 */
function draftOf(form) {
  const names = new FormData(form).getAll("tickets").map(String);
  return `together ${names.map((name) => name.replace(/\/\d+$/, "")).join(" ")}`;
}

/** @returns {Promise<import("../lib/sequence.js").Seqs>} */
async function refresh() {
  const asked = page().dataset.againUrl ?? "";
  const drawn = await wholeFragment(asked, "[data-together]");
  if (decideForm()?.dataset.busy) throw new Error("an answer is under way");
  const before = page();
  // One was left out meanwhile: this answers for tickets that are not shown any more.
  if (asked !== before.dataset.againUrl) return refresh();
  // Of two that were asked for at once, either may be there first: the newer one stays.
  if (isOlder(seqsOf(drawn), seqsOf(before))) return seqsOf(before);
  if (drawn.dataset.sign === before.dataset.sign) before.dataset.seqs = drawn.dataset.seqs;
  else swap(before, drawn);
  return seqsOf(page());
}

/**
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
function swap(before, after) {
  const form = decideForm();
  const words = form ? typed(form) : [];
  const wasArmed = Boolean(form?.dataset.armed);
  const place = caretIn(before);
  const hadFocus = before.contains(document.activeElement);
  before.replaceWith(after);
  const next = decideForm();
  if (next) {
    retype(next, words);
    putCaret(after, place);
    if (wasArmed) say(next, "The tickets changed. Read them, and choose again.");
  }
  wire();
  // A link of a line, or the question: what had the focus is gone, and the page is to be read anew.
  if (hadFocus && !after.contains(document.activeElement)) after.querySelector("h1")?.focus();
  announce("The tickets on this page changed.");
}

/** Gives the form in place its behaviour, its draft and what the connection allows. */
function wire() {
  leadOnward(document);
  const form = decideForm();
  if (!form) return;
  form.addEventListener("input", () => keepDraft(draftOf(form), form));
  startDecision(form, (outcome) => answered(form, outcome));
  showStale();
}

/**
 * @param {HTMLFormElement} form
 * @param {import("../lib/outcome.js").Outcome} outcome
 */
function answered(form, outcome) {
  if (outcome.kind === "signed_out") {
    toast(outcome.message, { isBad: true, action: { label: "Sign in", run: signIn } });
  }
  if (outcome.kind !== "recorded" || !outcome.url) return;
  dropDraft(draftOf(form));
  location.assign(outcome.url);
}

/** Nobody approves many tickets by a page that does not show what happened since. */
function showStale() {
  const form = decideForm();
  const button = form?.querySelector('[data-choice="approve"]');
  if (!form || !(button instanceof HTMLButtonElement)) return;
  const stale = isStale();
  document.getElementById("off-stale")?.remove();
  button.type = stale ? "button" : "submit";
  button.toggleAttribute("aria-disabled", stale);
  if (!stale) {
    button.removeAttribute("aria-describedby");
    return;
  }
  button.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-describedby", "off-stale");
  const note = document.createElement("p");
  note.className = "note";
  note.id = "off-stale";
  note.textContent =
    "Approve is off: this page has shown nothing new for more than 15\u00a0s. Deny works.";
  form.querySelector("[data-choices]")?.after(note);
  if (form.dataset.armed === "approve") {
    disarm(form);
    say(form, "The connection was lost. Nothing is recorded.");
  }
}

/**
 * Shows the others without one; what is typed stays, which a new page would lose.
 * @param {HTMLAnchorElement} link
 */
async function leaveOut(link) {
  try {
    const drawn = await wholeFragment(link.href, "[data-together]");
    if (decideForm()?.dataset.busy) return;
    const isLate = isOlder(seqsOf(drawn), seqsOf(page()));
    history.replaceState(null, "", link.href);
    swap(page(), drawn);
    page().querySelector("h1")?.focus();
    if (isLate) await refresh().catch(() => undefined);
  } catch {
    location.assign(link.href);
  }
}

/** @param {string} choice opens its reason, commits nothing */
function openReason(choice) {
  const form = decideForm();
  if (form) begin(form, choice);
}

/** @param {string} ticketId */
function isListed(ticketId) {
  return page().querySelector(`[data-ticket-id="${CSS.escape(ticketId)}"]`) !== null;
}

startTakingBack(refresh);
document.addEventListener("countdown-over", () => {
  setTimeout(() => refresh().catch(() => undefined), 1000);
});
document.addEventListener("live-tone", showStale);
document.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("a[data-without]");
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  leaveOut(link);
});
startKeys({
  a: () => openReason("approve"),
  d: () => openReason("deny"),
  q: () => followLink("a[data-to-queue]"),
});
wire();
const first = decideForm();
if (first && !typed(first)[1]) retype(first, keptDraft(draftOf(first)));
follow(
  {
    snapshot: refresh,
    event: (event) => {
      heardHalt(event);
      return CONCERNS_ALL.test(event.name) || Boolean(event.ids.ticket && isListed(event.ids.ticket));
    },
  },
  seqsOf(page()),
);
