/** Sends a form once, with its version and key where it has them, and reads what came of it. */

import { outcomeOf } from "../lib/outcome.js";

const TIMEOUT_MS = 15_000;

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} fields further fields, such as the choice and the key
 * @returns {Promise<import("../lib/outcome.js").Outcome>}
 */
export async function send(form, fields) {
  const { status, answer } = await post(form, fields);
  return outcomeOf(status, answer);
}

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} fields further fields, such as the button's
 * @returns {Promise<{status: number, answer: Record<string, any> | null}>} 0 where no answer came,
 *   401 where the sign-in did, and null where the answer is no JSON
 */
export async function post(form, fields) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const [key, version] = [body.get("idempotency_key"), body.get("version")];
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "X-CSRFToken": String(body.get("csrfmiddlewaretoken")),
        ...(version ? { "If-Match": `"${String(version)}"` } : {}),
        ...(key ? { "Idempotency-Key": String(key) } : {}),
      },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.type === "opaqueredirect") return { status: 401, answer: null };
    return { status: response.status, answer: await response.json().catch(() => null) };
  } catch {
    // No answer: the network, the time limit, or a server that went away.
    return { status: 0, answer: null };
  }
}
