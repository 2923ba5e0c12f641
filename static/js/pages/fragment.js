/** Fetches a piece of a page that the server drew with the same template as the page itself. */

const TIMEOUT_MS = 10_000;

/** The person is signed out; the page moves on to the sign-in. */
export class SignedOutError extends Error {
  name = "SignedOutError";
}

/** What the page is about is gone, or no longer for this person. */
export class GoneError extends Error {
  name = "GoneError";
}

/**
 * @param {string} url
 * @param {string} selector what to take out of the answer
 * @returns {Promise<HTMLElement | null>} null where it is gone or not for this person
 * @throws {SignedOutError} after sign-out
 * @throws {Error} where the server did not answer as it should: try again later
 */
export async function fragment(url, selector) {
  const response = await ask(url, "text/html");
  if (response.status === 404 || response.status === 403) return null;
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.querySelector(selector);
  return found instanceof HTMLElement ? document.importNode(found, true) : null;
}

/**
 * Fetches the piece without which the page makes no sense.
 * @param {string} url
 * @param {string} selector
 * @returns {Promise<HTMLElement>}
 * @throws {GoneError} where it is gone or not for this person
 */
export async function wholeFragment(url, selector) {
  const found = await fragment(url, selector);
  if (!found) throw new GoneError(url);
  return found;
}

/**
 * @param {string} fleet
 * @param {number} after
 * @returns {Promise<{events: {seq: number, name: string, ids: Record<string, string>}[], more: boolean}>}
 *   the fleet's events with a greater number, oldest first, at most 500
 * @throws {GoneError} where the person no longer belongs to the fleet
 */
export async function eventsAfter(fleet, after) {
  const query = new URLSearchParams({ fleet, after: String(after) });
  const response = await ask(`/api/v1/events?${query}`, "application/json");
  if (response.status === 404) throw new GoneError(fleet);
  if (!response.ok) throw new Error(`the events answered ${response.status}`);
  return response.json();
}

/**
 * @param {string} url
 * @param {string} kind
 * @returns {Promise<Response>}
 */
async function ask(url, kind) {
  const response = await fetch(url, {
    headers: { Accept: kind },
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.type === "opaqueredirect" || response.status === 401) {
    signIn();
    throw new SignedOutError("signed out");
  }
  return response;
}

/** Goes to the sign-in and comes back here afterwards. */
export function signIn() {
  const path = document.body.dataset.signIn ?? "/";
  location.assign(`${path}?next=${encodeURIComponent(location.pathname + location.search)}`);
}
