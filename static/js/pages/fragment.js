/** Fetches a piece of a page that the server drew with the same template as the page itself. */

const TIMEOUT_MS = 10_000;

/** The person is signed out; the page moves on to the sign-in. */
export class SignedOutError extends Error {
  name = "SignedOutError";
}

/**
 * @param {string} url
 * @param {string} selector what to take out of the answer
 * @returns {Promise<HTMLElement | null>} null where it is gone or not for this person
 * @throws {SignedOutError} after sign-out
 * @throws {Error} where the server did not answer as it should: try again later
 */
export async function fragment(url, selector) {
  const response = await fetch(url, {
    headers: { Accept: "text/html" },
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.type === "opaqueredirect" || response.status === 401) {
    signIn();
    throw new SignedOutError("signed out");
  }
  if (response.status === 404 || response.status === 403) return null;
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.querySelector(selector);
  return found instanceof HTMLElement ? document.importNode(found, true) : null;
}

/** Goes to the sign-in and comes back here afterwards. */
export function signIn() {
  const path = document.body.dataset.signIn ?? "/";
  location.assign(`${path}?next=${encodeURIComponent(location.pathname + location.search)}`);
}
