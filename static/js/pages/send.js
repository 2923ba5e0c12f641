/** Sends a form as a decision: once, with its version and key, and reads what came of it. */

import { outcomeOf } from "../lib/outcome.js";

const TIMEOUT_MS = 15_000;

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} fields further fields, such as the choice and the key
 * @returns {Promise<import("../lib/outcome.js").Outcome>}
 */
export async function send(form, fields) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const key = body.get("idempotency_key");
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "X-CSRFToken": String(body.get("csrfmiddlewaretoken")),
        "If-Match": `"${String(body.get("version"))}"`,
        ...(key ? { "Idempotency-Key": String(key) } : {}),
      },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.type === "opaqueredirect") return outcomeOf(401, null);
    return outcomeOf(response.status, await response.json().catch(() => null));
  } catch {
    // No answer: the network, the time limit, or a server that went away.
    return outcomeOf(0, null);
  }
}
