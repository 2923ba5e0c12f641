/** The ticket page: the panel is drawn again by the server whenever something moved. */

import { caretIn, putCaret } from "./caret.js";
import { startClaims, keepLease } from "./claim.js";
import { announce } from "./announce.js";
import { showConflict } from "./conflict.js";
import { begin, goOn, say, startDecision } from "./decision.js";
import { dropDraft, keepDraft, keptDraft, retype, tick, ticked, typed } from "./draft.js";
import { startEmergency } from "./emergency.js";
import { signIn, wholeFragment } from "./fragment.js";
import { heardHalt } from "./halt.js";
import { foldAway, holderForm, keptHolding, openHolder, restoreHolding, standAt, startHolding } from "./holding.js";
import { startKeys } from "./keys.js";
import { follow } from "./live.js";
import { followLink, leadOnward } from "./onward.js";
import { heardLooking } from "./looking.js";
import { redrawParts } from "./redraw.js";
import { startTakingBack } from "./take_back.js";
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

/** @returns {Promise<import("../lib/sequence.js").Seqs>} */
async function refresh() {
  const isSame = await redrawPanel();
  if (!isSame || !isPending()) await refreshFacts();
  return seqsOf();
}

/**
 * Fetches the panel and puts it in place; typed words move over, and if the ticket was decided
 * meanwhile they stay in sight beside who decided.
 * @returns {Promise<boolean>} whether it looked the same already
 */
async function redrawPanel() {
  const drawn = await wholeFragment(panel().dataset.panelUrl ?? "", "[data-panel]");
  // A vote is given to what can be read: other arguments are in sight before their version is.
  if (panel().dataset.digest !== drawn.dataset.digest) await refreshFacts();
  if (decideForm()?.dataset.busy) throw new Error("a decision is under way");
  // Of two that were asked for at once, either may be there first: the newer one stays.
  const before = panel();
  if (Number(drawn.dataset.seq) < Number(before.dataset.seq)) return true;
  const isSame = before.dataset.sign === drawn.dataset.sign;
  if (isSame) resetClocks(before, drawn);
  else swap(before, drawn);
  return isSame;
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
  const question = /** @type {HTMLElement | null} */ (before.querySelector("form[data-question]"));
  const kind = "form[data-decide], form[data-question='']";
  const form = /** @type {HTMLFormElement | null} */ (before.querySelector(kind));
  const words = form ? typed(form) : [];
  const ticks = form ? ticked(form) : [];
  const wasArmed = Boolean(form?.dataset.armed) || question !== null;
  const place = caretIn(before);
  const hadFocus = before.contains(document.activeElement);
  const unsent = restoreHolding(after, keptHolding(before));
  unsent.unshift(before.querySelector("[data-kept-text]")?.textContent ?? "");
  before.replaceWith(after);
  const { said } = after.dataset;
  if (said && before.dataset.said && said !== before.dataset.said) announce(said);
  wire();
  const next = isPending() ? decideForm() : null;
  if (next) {
    retype(next, words);
    tick(next, ticks);
    putCaret(after, place);
    const isEdited = before.dataset.digest !== after.dataset.digest;
    const what = isEdited ? "arguments" : "ticket";
    const change = `The ${what} changed: now version ${after.dataset.version}. Choose again.`;
    if (wasArmed || isEdited) say(holderForm(after, question?.dataset.question) ?? next, change);
    if (isEdited) announce(change);
  } else {
    unsent.push(words[1] ?? "");
    // Whoever was about to decide reads next who did.
    if (hadFocus) focusOn(panel(), "[data-ruling]");
  }
  showTyped(unsent.filter(Boolean).join("\n\n"));
  // What had the focus may be gone with the move it made: the panel it stood in is not.
  if (hadFocus && document.activeElement === document.body) focusOn(document, "#decide");
  showHead(after);
}

/**
 * @param {ParentNode} root
 * @param {string} selector of what is read next
 */
function focusOn(root, selector) {
  const place = root.querySelector(selector);
  if (place instanceof HTMLElement) place.focus();
}

/** @param {string} text what the person had typed in a form that is gone, or nothing */
function showTyped(text) {
  const kept = panel().querySelector("[data-kept]");
  const place = panel().querySelector("[data-kept-text]");
  if (!text || !(kept instanceof HTMLElement) || !place) return;
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
}

/** @param {string} selector */
function all(selector) {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));
}

/** Gives the form of the panel in place its behaviour and its draft. */
function wire() {
  leadOnward(document);
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
  // Said below together with the answer, not once more when the panel is drawn.
  panel().dataset.said = "";
  await redrawPanel().catch(() => undefined);
  // Whoever goes on to the next ticket does not wait for what is beside this one.
  refreshFacts().catch(() => undefined);
  if (outcome.kind === "conflict" && outcome.current) {
    const next = isPending() ? decideForm() : null;
    if (next) retype(next, words);
    const text = next ? "" : (words[1] ?? "");
    showConflict(panel(), outcome.current, seenVersion, outcome.message, text);
    return;
  }
  showRecorded(outcome.message);
}

/** @param {string} message that it is recorded, and when; the way to the next ticket is at hand */
function showRecorded(message) {
  const words = panel().querySelector("[data-recorded-text]");
  if (words) words.textContent = message;
  for (const part of all("[data-recorded], [data-go-on]")) part.hidden = false;
  announce(`${message} ${panel().dataset.said ?? ""}`.trim());
  focusOn(panel(), "[data-onward]");
}

/**
 * @param {HTMLFormElement} form one of those that decide nothing by themselves
 * @param {import("../lib/outcome.js").Outcome} outcome
 */
function moved(form, outcome) {
  if (outcome.kind === "recorded") {
    foldAway(form);
    announce(outcome.message);
  } else toast(outcome.message, { isBad: true });
  refresh().then(() => standAt(form.closest("details")?.dataset.holder ?? ""), () => undefined);
}

/** @param {string} choice opens its reason, commits nothing */
function openReason(choice) {
  const form = decideForm();
  if (form) begin(form, choice);
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

startTakingBack(refresh);
document.addEventListener("countdown-over", () => {
  setTimeout(() => refresh().catch(() => undefined), 1000);
});
document.querySelector("[data-dock]")?.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("[data-dock-choice]");
  if (!(link instanceof HTMLElement)) return;
  event.preventDefault();
  document.getElementById("decide")?.scrollIntoView();
  const form = decideForm();
  if (form) goOn(form, link.dataset.dockChoice ?? "");
});
startClaims(() => {
  refresh().catch(() => undefined);
});
startHolding(moved);
startEmergency(moved);
startKeys({
  ...Object.fromEntries([...CHOICE_KEYS].map((key) => [key, () => openByKey(key)])),
  c: () => submit("form[data-claim]:not([data-take-over])"),
  e: () => openHolder("escalate"),
  n: () => followLink("a[data-onward]"),
  o: () => openHolder("snooze"),
  q: () => followLink("a[data-to-queue]"),
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
    ticketId: panel().dataset.ticketId,
    looking: heardLooking,
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
