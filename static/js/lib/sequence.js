/**
 * Follows the gap-free sequence numbers of one or more fleets.
 *
 * Nothing is lost silently: an event after a gap, a beat that is further than what was heard and a
 * fleet not known before all ask for a new snapshot.
 */

/** @typedef {Record<string, number>} Seqs last sequence number by fleet */
/** @typedef {{fleet: string, seq: number, name: string, ids: Record<string, string>}} LiveEvent */
/** @typedef {{hello?: Seqs, beat?: Seqs} | LiveEvent} Message what the socket carries */
/** @typedef {"apply" | "repeat" | "snapshot" | "current"} Step what to do with a message */

/**
 * @param {Seqs} seqs what has been heard or seen so far
 * @param {Message} message
 * @returns {{seqs: Seqs, step: Step}}
 */
export function hear(seqs, message) {
  const reached = "hello" in message ? message.hello : "beat" in message ? message.beat : undefined;
  if (reached) {
    const isBehind = Object.entries(reached).some(([fleet, seq]) => seq > (seqs[fleet] ?? -1));
    return { seqs: furthest(seqs, reached), step: isBehind ? "snapshot" : "current" };
  }
  const { fleet, seq } = /** @type {LiveEvent} */ (message);
  const known = seqs[fleet];
  if (known !== undefined && seq <= known) return { seqs, step: "repeat" };
  const step = known !== undefined && seq === known + 1 ? "apply" : "snapshot";
  return { seqs: { ...seqs, [fleet]: seq }, step };
}

/**
 * @param {Seqs} seqs
 * @param {Seqs} other for example the numbers a snapshot was taken at
 * @returns {Seqs} the larger number for each fleet
 */
export function furthest(seqs, other) {
  const merged = { ...seqs };
  for (const [fleet, seq] of Object.entries(other)) {
    merged[fleet] = Math.max(seq, merged[fleet] ?? -1);
  }
  return merged;
}
