/** One key for one intention: sending the same again counts once, another decision is a new one. */

/** @typedef {{key: string, body: string}} Attempt */

/**
 * @param {Attempt | null} last the last attempt that was not confirmed
 * @param {string} body everything that is decided, as one text
 * @param {() => string} newKey
 * @returns {Attempt} the same attempt for the same body, else a new one
 */
export function attemptFor(last, body, newKey) {
  return last && last.body === body ? last : { key: newKey(), body };
}

/**
 * A key that nobody can guess. `crypto.randomUUID` would need https.
 * @param {Uint8Array} bytes 16 random bytes
 * @returns {string} 32 hexadecimal digits
 */
export function randomKey(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
