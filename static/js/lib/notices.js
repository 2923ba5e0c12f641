/**
 * What a person who looks elsewhere is told of new tickets: each on its own while they are few, as
 * one notice once they are many, and nothing any more of what somebody answered.
 */

/**
 * @typedef {object} Called a ticket that calls the person
 * @property {string} id
 * @property {string} url
 * @property {string} title
 * @property {string} body
 */
/** @typedef {{tag: string, title: string, body: string, url: string}} Notice */

/** The document hears this whenever something happened, whatever it was. */
export const NEWS = "fleet-news";
// More at once are told as one.
export const ALONE_MOST = 3;
// The server names no more than these.
const NAMED_MOST = 50;
const COUNT = /^\((?:\d+|\?)\) /;

/**
 * @param {string[]} known ids of what the page has seen before
 * @param {Called[]} before what called the person at the last look, the latest first
 * @param {Called[]} called what calls them now, the latest first
 * @returns {Called[]} what is new, the latest first
 */
export function news(known, before, called) {
  const seen = new Set(known);
  // Of a full answer the rest is not known: what now follows the last one seen was there before.
  const last = before.length < NAMED_MOST ? -1 : called.findLastIndex(({ id }) => seen.has(id));
  return called.filter(({ id }, at) => !seen.has(id) && (last < 0 || at < last));
}

/**
 * @param {Called[]} told what the person was told of while they looked elsewhere
 * @param {Called[]} called what calls them now
 * @returns {Called[]} those of ``told`` that still wait, in the words of now
 */
export function standing(told, called) {
  const now = new Map(called.map((each) => [each.id, each]));
  return told.flatMap(({ id }) => now.get(id) ?? []);
}

/**
 * @param {Called[]} told
 * @param {string} queue address of the queue
 * @returns {Notice[]} what is to be in sight
 */
export function notices(told, queue) {
  if (told.length <= ALONE_MOST) {
    return told.map(({ id, title, body, url }) => ({ tag: `countersign-${id}`, title, body, url }));
  }
  const count = told.length < NAMED_MOST ? String(told.length) : `${NAMED_MOST} or more`;
  const body = "They wait for you in the queue, the most urgent first.";
  return [{ tag: "countersign-many", title: `${count} new tickets`, body, url: queue }];
}

/**
 * @param {Notice[]} shown
 * @param {Notice[]} wanted
 * @returns {{close: string[], show: Notice[]}} tags to close, and what to show or to say anew
 */
export function changes(shown, wanted) {
  const before = new Map(shown.map((each) => [each.tag, `${each.title}\n${each.body}`]));
  const after = new Set(wanted.map(({ tag }) => tag));
  return {
    close: [...before.keys()].filter((tag) => !after.has(tag)),
    show: wanted.filter(({ tag, title, body }) => before.get(tag) !== `${title}\n${body}`),
  };
}

/**
 * @param {string} title as the page has it, counted or not
 * @param {number | null} waiting how many wait; null where that is not known
 * @returns {string} the title with the count before it, without one where nothing waits
 */
export function counted(title, waiting) {
  const plain = title.replace(COUNT, "");
  if (waiting === 0) return plain;
  return `(${waiting ?? "?"}) ${plain}`;
}

/**
 * @param {"default" | "granted" | "denied" | "unsupported"} permission what the browser says
 * @returns {{words: string, canAsk: boolean, canTry: boolean}} what the person reads, and can do
 */
export function permissionNote(permission) {
  const words = {
    default: "This browser has not been asked yet whether it may show notices. Each browser asks once.",
    granted: "This browser shows notices.",
    denied:
      "This browser blocks notices from this site; the title still counts. To allow them: open the sign left of the address, choose Notifications, then Allow, and load this page again.",
    unsupported: "This browser shows no notices for this address; the title still counts.",
  }[permission];
  return { words, canAsk: permission === "default", canTry: permission === "granted" };
}
