/** From one ticket to the next in the queue that a person came from, and back to that queue. */

const STORE = "countersign.queue";
const QUEUE = /^(\/f\/[\w-]+)?\/queue\/$/;

/** Remembers on the queue's page which queue it is: a tab works through one. */
export function keepQueue() {
  const { pathname, searchParams } = new URL(location.href);
  // The place in a long list is no part of it: what comes next is the most urgent.
  searchParams.delete("after");
  if (QUEUE.test(pathname)) sessionStorage.setItem(STORE, `${pathname}?${searchParams}`);
}

/**
 * Lets the links of a ticket's page lead on, and back, within the queue the person came from.
 * @param {ParentNode} root
 */
export function leadOnward(root) {
  const kept = new URL(sessionStorage.getItem(STORE) ?? "", location.origin);
  if (!QUEUE.test(kept.pathname)) return;
  for (const link of links(root, "a[data-to-queue]")) link.href = kept.pathname + kept.search;
  for (const link of links(root, "a[data-onward]")) {
    const onward = new URL("next/", kept.origin + kept.pathname);
    onward.search = kept.search;
    onward.searchParams.set("left", new URL(link.href).searchParams.get("left") ?? "");
    link.href = onward.href;
  }
}

/** @param {string} selector of the link to follow */
export function followLink(selector) {
  const [link] = links(document, selector);
  if (link) location.assign(link.href);
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLAnchorElement[]}
 */
function links(root, selector) {
  return /** @type {HTMLAnchorElement[]} */ ([...root.querySelectorAll(selector)]);
}
