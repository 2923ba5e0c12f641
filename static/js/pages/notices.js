/**
 * Tells a person who asked for it what waits: the title counts it, and while no page of Countersign
 * is in sight the browser shows what is new. All of it ends with the page.
 */

import { NEWS, changes, counted, news, notices, standing } from "../lib/notices.js";
import { isInUse } from "./afresh.js";

// What happens at once is asked about once; a page hears only of its own fleets, so it also asks.
const TOGETHER_MS = 1_000;
const ASK_EVERY_MS = 30_000;
const TIMEOUT_MS = 10_000;
// Every page in sight holds it, so that a hidden one knows.
const IN_SIGHT = "countersign.in-sight";

/** @type {Map<string, {notice: import("../lib/notices.js").Notice, shown: Notification}>} */
const open = new Map();
/** @type {string[] | null} ids of what called the person before; null until the first answer */
let known = null;
/** @type {import("../lib/notices.js").Called[]} what called the person at the last look */
let before = [];
/** @type {import("../lib/notices.js").Called[]} what is new since the pages were out of sight */
let told = [];
let soon = 0;
let isAsking = false;
let askAgain = false;
let isOver = false;
/** @type {(() => void) | null} */
let outOfSight = null;

/** @returns {boolean} */
const areOn = () => document.body.dataset.notices === "on" && !isOver;

/** Begins to tell, where the person has switched it on. */
export function startNotices() {
  if (!document.body.dataset.calls) return;
  document.addEventListener(NEWS, askSoon);
  document.addEventListener("visibilitychange", sightChanged);
  addEventListener("pagehide", closeAll);
  setInterval(ask, ASK_EVERY_MS);
  sightChanged();
  ask();
}

/** Begins or ends at once, on the page where it was switched. */
export function noticesSwitched() {
  known = null;
  closeAll();
  if (areOn()) ask();
  else document.title = counted(document.title, 0);
}

/**
 * Shows one notice.
 * @param {import("../lib/notices.js").Notice} notice
 * @returns {Notification | null} null where the browser has no notices for pages
 */
export function show({ tag, title, body, url }) {
  try {
    const shown = new Notification(title, { body, tag, lang: "en" });
    shown.addEventListener("click", () => {
      shown.close();
      window.focus();
      // What somebody has typed stays where it is.
      if (isInUse()) window.open(url, "_blank", "noopener");
      else location.assign(url);
    });
    return shown;
  } catch {
    return null;
  }
}

function askSoon() {
  if (soon || !areOn()) return;
  soon = window.setTimeout(() => {
    soon = 0;
    ask();
  }, TOGETHER_MS);
}

async function ask() {
  if (!areOn()) return;
  if (isAsking) {
    askAgain = true;
    return;
  }
  isAsking = true;
  try {
    const response = await fetch(document.body.dataset.calls ?? "", {
      headers: { Accept: "application/json" },
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    isOver = response.status === 401;
    if (!response.ok) throw new Error(`the calls answered ${response.status}`);
    await hear(await response.json());
  } catch {
    // How many wait is not known; what was shown may be decided by now.
    document.title = counted(document.title, isOver ? 0 : null);
    if (isOver) closeAll();
  } finally {
    isAsking = false;
  }
  if (!askAgain) return;
  askAgain = false;
  askSoon();
}

/** @param {{waiting: number, called: import("../lib/notices.js").Called[]}} answer */
async function hear({ waiting, called }) {
  const fresh = known ? news(known, before, called) : [];
  before = called;
  known = [...new Set([...(known ?? []), ...called.map(({ id }) => id)])];
  const isSeen = await isInSight();
  if (!areOn()) return;
  document.title = counted(document.title, waiting);
  told = isSeen ? [] : standing([...fresh, ...told], called);
  render();
}

/** Brings what is shown in step with what is to be told. */
function render() {
  const wanted = notices(told, document.body.dataset.queuePage ?? "/");
  const { close, show: anew } = changes([...open.values()].map(({ notice }) => notice), wanted);
  for (const tag of close) {
    open.get(tag)?.shown.close();
    open.delete(tag);
  }
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  for (const notice of anew) {
    const shown = show(notice);
    if (shown) open.set(notice.tag, { notice, shown });
  }
}

function closeAll() {
  told = [];
  for (const { shown } of open.values()) shown.close();
  open.clear();
}

/** @returns {Promise<boolean>} whether this page or another of Countersign is being looked at */
async function isInSight() {
  if (!document.hidden) return true;
  const held = (await navigator.locks?.query())?.held ?? [];
  return held.some(({ name }) => name === IN_SIGHT);
}

function sightChanged() {
  outOfSight?.();
  outOfSight = null;
  if (document.hidden) return;
  closeAll();
  navigator.locks?.request(IN_SIGHT, { mode: "shared" }, () => {
    if (document.hidden) return undefined;
    // Seen twice before the first was granted: only one may stay.
    outOfSight?.();
    return new Promise((resolve) => {
      outOfSight = () => resolve(undefined);
    });
  });
}
