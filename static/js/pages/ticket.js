/** The ticket page: the panel is drawn again by the server whenever something moved. */

import { startClaims, keepLease } from "./claim.js";
import { announce } from "./clock.js";
import { showConflict } from "./conflict.js";
import { disarm, say, showProblem, startDecision } from "./decision.js";
import { dropDraft, keepDraft, keptDraft, retype, tick, ticked, typed } from "./draft.js";
import { signIn, wholeFragment } from "./fragment.js";
import { heardHalt } from "./halt.js";
import { startKeys } from "./keys.js";
import { follow } from "./live.js";
import { redrawParts } from "./redraw.js";
import { send } from "./send.js";
import { toast } from "./toast.js";

const CONCERNS_ALL = /^(agent|breaker|cascade|collusion|drift|fleet|policy)\./;
// Each choice of each kind of ticket has one of these; C claims and Z undoes.
const CHOICE_KEYS = "abdfmprsux";

/** @returns {HTMLElement} */
function panel() {
  return /** @type {HTMLElement} */ (document.querySelector("[data-panel]"));
}

/** @returns {HTMLFormElement | null} */
function decideForm() {
  return panel().querySelector("form[data-decide]");
}

/** @returns {boolean} whether the ticket still waits; an approved one can be denied for a while */
function isPending() {
  return panel().dataset.state === "pending";
}

/** @returns {import("../lib/sequence.js").Seqs} */
function seqsOf() {
  return { [panel().dataset.fleet ?? ""]: Number(panel().dataset.seq) };
}

/**
 * Fetches the panel and puts it in place; typed words move over, and if the ticket was decided
 * meanwhile they stay in sight beside who decided.
 * @returns {Promise<import("../lib/sequence.js").Seqs>}
 */
async function refresh() {
  const before = panel();
  const drawn = await wholeFragment(before.dataset.panelUrl ?? "", "[data-panel]");
  if (decideForm()?.dataset.busy) throw new Error("a decision is under way");
  const isSame = before.dataset.sign === drawn.dataset.sign;
  if (isSame) resetClocks(before, drawn);
  else swap(before, drawn);
  if (!isSame || !isPending()) await refreshFacts();
  return seqsOf();
}

/** Draws the facts that change with a decision and after it, the agent and its run, again. */
async function refreshFacts() {
  // Not where the browser is: a form that came back stands under another address.
  const page = new URL("..", new URL(panel().dataset.panelUrl ?? "", location.href));
  redrawParts(document, await wholeFragment(page.pathname, "main"));
}

/**
 * Takes over deadlines and the sequence number where nothing else moved: a renewed lease must not
 * disturb a person who is typing.
 * @param {HTMLElement} before
 * @param {HTMLElement} drawn
 */
function resetClocks(before, drawn) {
  before.dataset.seq = drawn.dataset.seq;
  const clocks = drawn.querySelectorAll("[data-countdown]");
  before.querySelectorAll("[data-countdown]").forEach((clock, place) => {
    const deadline = clocks[place]?.getAttribute("data-deadline");
    if (deadline) clock.setAttribute("data-deadline", deadline);
  });
}

/**
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
function swap(before, after) {
  const form = /** @type {HTMLFormElement | null} */ (before.querySelector("form[data-decide]"));
  const words = form ? typed(form) : [];
  const ticks = form ? ticked(form) : [];
  const wasArmed = Boolean(form?.dataset.armed);
  const place = caretIn(before);
  before.replaceWith(after);
  wire();
  const next = isPending() ? decideForm() : null;
  if (next) {
    retype(next, words);
    tick(next, ticks);
    putCaret(place);
    if (wasArmed) say(next, `The ticket changed: now version ${after.dataset.version}. Choose again.`);
  } else if (words[1]) {
    showTyped(words[1]);
  }
  showHead(after);
}

/** @typedef {{id: string, start: number | null, end: number | null}} Caret */

/**
 * @param {HTMLElement} before
 * @returns {Caret | null} where the person is typing
 */
function caretIn(before) {
  const focused = document.activeElement;
  if (!focused?.id || !before.contains(focused)) return null;
  const isText = focused instanceof HTMLTextAreaElement;
  return {
    id: focused.id,
    start: isText ? focused.selectionStart : null,
    end: isText ? focused.selectionEnd : null,
  };
}

/** @param {Caret | null} caret */
function putCaret(caret) {
  const place = caret && document.getElementById(caret.id);
  place?.focus();
  if (place instanceof HTMLTextAreaElement) place.setSelectionRange(caret.start, caret.end);
}

/** @param {string} text what the person had typed when somebody else decided */
function showTyped(text) {
  const kept = panel().querySelector("[data-kept]");
  const place = panel().querySelector("[data-kept-text]");
  if (!(kept instanceof HTMLElement) || !place) return;
  place.textContent = text;
  kept.hidden = false;
}

/** @param {HTMLElement} drawn */
function showHead(drawn) {
  const version = document.querySelector("[data-head-version]");
  if (version) version.textContent = drawn.dataset.version ?? "";
  const mark = drawn.querySelector("template[data-mark]");
  const place = document.querySelector("[data-head-mark]");
  if (mark instanceof HTMLTemplateElement) place?.replaceChildren(mark.content.cloneNode(true));
  const waits = drawn.dataset.state === "pending";
  for (const part of all("[data-dock], [data-while-pending]")) part.hidden = !waits;
  for (const part of all("[data-once-settled]")) part.hidden = waits;
  const canUndo = drawn.querySelector("[data-undo-form]") !== null;
  for (const part of all("[data-keys]")) part.hidden = !waits && !canUndo;
}

/** @param {string} selector */
function all(selector) {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));
}

/** Gives the form of the panel in place its behaviour and its draft. */
function wire() {
  const id = panel().dataset.ticketId ?? "";
  const form = decideForm();
  if (!form) return;
  form.addEventListener("input", () => keepDraft(id, form));
  startDecision(form, (outcome) => answered(outcome, typed(form)));
}

/**
 * @param {import("../lib/outcome.js").Outcome} outcome
 * @param {string[]} words code and text as they were sent
 */
async function answered(outcome, words) {
  if (outcome.kind === "signed_out") {
    toast(outcome.message, { isBad: true, action: { label: "Sign in", run: signIn } });
    return;
  }
  if (outcome.kind === "refused" || outcome.kind === "not_recorded") return;
  const seenVersion = Number(panel().dataset.version);
  if (outcome.kind === "recorded") dropDraft(panel().dataset.ticketId ?? "");
  const form = decideForm();
  // Cleared, so that the words are not kept a second time as those of a person who was slower.
  form?.reset();
  await refresh().catch(() => undefined);
  if (outcome.kind === "conflict" && outcome.current) {
    const next = isPending() ? decideForm() : null;
    if (next) retype(next, words);
    const text = next ? "" : (words[1] ?? "");
    showConflict(panel(), outcome.current, seenVersion, outcome.message, text);
    return;
  }
  const note = panel().querySelector("[data-recorded]");
  if (note instanceof HTMLElement) {
    note.hidden = false;
    const words = note.querySelector("[data-recorded-text]");
    if (words) words.textContent = outcome.message;
    note.focus();
  }
}

/** @param {HTMLFormElement} form */
async function undo(form) {
  const place = /** @type {HTMLElement} */ (form.closest("[data-undo]"));
  if (place.dataset.busy) return;
  place.dataset.busy = "true";
  say(place, "Taking it back…");
  const outcome = await send(form, {});
  delete place.dataset.busy;
  say(place, "");
  if (outcome.kind === "not_recorded" || outcome.kind === "refused") {
    showProblem(place, outcome, () => undo(form));
    return;
  }
  if (outcome.kind === "recorded") announce("Your approval is taken back.");
  else toast(outcome.message, { isBad: true });
  await refresh().catch(() => undefined);
}

/** @param {string} choice opens its reason, commits nothing */
function openReason(choice) {
  const form = decideForm();
  if (!form) return;
  disarm(form);
  const code = form.querySelector("select");
  const button = form.querySelector(`[data-choice="${choice}"]`);
  (code ?? /** @type {HTMLElement | null} */ (button))?.focus();
}

/** @param {string} key opens the reason of the choice that has this key now, if one has */
function openByKey(key) {
  const button = panel().querySelector(`[data-choice][data-key="${key.toUpperCase()}"]`);
  if (button instanceof HTMLElement) openReason(button.dataset.choice ?? "");
}

function openFromHash() {
  const choice = location.hash.slice(1);
  if (/^[a-z_]+$/.test(choice) && decideForm()?.querySelector(`[data-choice="${choice}"]`)) {
    openReason(choice);
  }
}

/** @param {string} selector */
function submit(selector) {
  const form = panel().querySelector(selector);
  if (form instanceof HTMLFormElement) form.requestSubmit();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("undoForm" in form.dataset)) return;
  event.preventDefault();
  undo(form);
});
document.addEventListener("countdown-over", () => {
  setTimeout(() => refresh().catch(() => undefined), 1000);
});
document.querySelector("[data-dock]")?.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("[data-dock-choice]");
  if (!(link instanceof HTMLElement)) return;
  event.preventDefault();
  document.getElementById("decide")?.scrollIntoView();
  openReason(link.dataset.dockChoice ?? "");
});
startClaims(() => {
  refresh().catch(() => undefined);
});
startKeys({
  ...Object.fromEntries([...CHOICE_KEYS].map((key) => [key, () => openByKey(key)])),
  c: () => submit("form[data-claim]:not([data-take-over])"),
  z: () => submit("form[data-undo-form]"),
});
wire();
const kept = keptDraft(panel().dataset.ticketId ?? "");
const first = decideForm();
if (first && !typed(first)[1]) retype(first, kept);
keepLease();
openFromHash();
follow(
  {
    snapshot: refresh,
    event: (event) => {
      heardHalt(event);
      const { ticketId, taskId } = panel().dataset;
      if (event.ids.ticket === ticketId || CONCERNS_ALL.test(event.name)) return true;
      return Boolean(taskId) && event.ids.task === taskId;
    },
  },
  seqsOf(),
);
