/**
 * Follows the gap-free sequence numbers of one or more fleets, so that each event is applied once
 * and in its order, and none is lost silently.
 *
 * Two processes may push in the other order than they wrote: what comes too early waits for what
 * is missing. A greeting or a beat says how far a fleet has come, which shows what was never heard.
 */

/** @typedef {Record<string, number>} Seqs sequence number by fleet */
/** @typedef {{fleet: string, seq: number, name: string, ids: Record<string, string>}} LiveEvent */
/** @typedef {{hello?: Seqs, beat?: Seqs, release?: string, looking?: string} | LiveEvent} Message what the socket carries */
/**
 * @typedef {object} Track
 * @property {Seqs} seqs the last event applied, or held by the page when it was made
 * @property {Seqs} reached how far each fleet is known to have come
 * @property {LiveEvent[]} early heard before one that is missing
 */
/**
 * @typedef {object} Heard
 * @property {Track} track
 * @property {LiveEvent[]} due what is to be applied now, in order
 * @property {boolean} isStrange whether the fleets are others than those the page shows: only a
 *   new snapshot helps
 */

// As many as one answer of `GET events` holds; whoever missed more takes a new snapshot.
const FILLED_MOST = 500;

/**
 * @param {Seqs} seqs the numbers the page was made at
 * @returns {Track}
 */
export function trackFrom(seqs) {
  return { seqs, reached: seqs, early: [] };
}

/**
 * @param {Track} track
 * @param {Message} message
 * @returns {Heard}
 */
export function hear(track, message) {
  if ("fleet" in message) return take(track, [message]);
  const { hello, beat } = /** @type {{hello?: Seqs, beat?: Seqs}} */ (message);
  const told = hello ?? beat ?? {};
  const known = Object.fromEntries(Object.entries(told).filter(([fleet]) => fleet in track.seqs));
  const isNew = Object.keys(told).length > Object.keys(known).length;
  const isLess = hello !== undefined && Object.keys(track.seqs).some((fleet) => !(fleet in hello));
  const next = { ...track, reached: furthest(track.reached, known) };
  return { track: next, due: [], isStrange: isNew || isLess };
}

/**
 * Takes what a fleet's feed answered when it was asked for what is missing.
 * @param {Track} track
 * @param {string} fleet
 * @param {{events: {seq: number, name: string, ids: Record<string, string>}[], more: boolean}} answer
 * @returns {Heard & {isWhole: boolean}} `isWhole` is false where the gap is still there
 */
export function fill(track, fleet, answer) {
  const events = answer.events.map(({ seq, name, ids }) => ({ fleet, seq, name, ids }));
  const heard = take(track, events);
  const isWhole = !answer.more && (heard.track.seqs[fleet] ?? 0) >= (track.reached[fleet] ?? 0);
  return { ...heard, isWhole };
}

/**
 * @param {Track} track
 * @returns {{fleet: string, after: number, isWide: boolean} | null} the first gap; a wide one holds
 *   more events than one answer
 */
export function gap(track) {
  for (const [fleet, reached] of Object.entries(track.reached)) {
    const after = track.seqs[fleet] ?? -1;
    if (reached > after) return { fleet, after, isWide: reached - after > FILLED_MOST };
  }
  return null;
}

/**
 * @param {Track} track
 * @param {Seqs} seqs the numbers a new snapshot was taken at; fleets that it lacks are over
 * @returns {Heard}
 */
export function renew(track, seqs) {
  /** @param {Seqs} numbers */
  const kept = (numbers) =>
    Object.fromEntries(Object.entries(numbers).filter(([fleet]) => fleet in seqs));
  const next = {
    seqs: furthest(kept(track.seqs), seqs),
    reached: furthest(kept(track.reached), seqs),
    early: track.early.filter(({ fleet }) => fleet in seqs),
  };
  return take(next, []);
}

/**
 * @param {Seqs} seqs the numbers one drawing was made at
 * @param {Seqs} other those of another one
 * @returns {boolean} whether the first knows less of a fleet that both show
 */
export function isOlder(seqs, other) {
  return Object.entries(seqs).some(([fleet, seq]) => seq < (other[fleet] ?? seq));
}

/**
 * @param {Track} track
 * @param {LiveEvent[]} events
 * @returns {Heard}
 */
function take(track, events) {
  const strange = events.some(({ fleet }) => !(fleet in track.seqs));
  const ours = events.filter(({ fleet }) => fleet in track.seqs);
  const waiting = [...track.early, ...ours].sort((one, other) => one.seq - other.seq);
  const seqs = { ...track.seqs };
  const due = [];
  const early = [];
  for (const event of waiting) {
    const last = seqs[event.fleet];
    if (event.seq === last + 1) {
      seqs[event.fleet] = event.seq;
      due.push(event);
    } else if (event.seq > last) {
      early.push(event);
    }
  }
  const heard = Object.fromEntries(waiting.map(({ fleet, seq }) => [fleet, seq]));
  const reached = furthest(furthest(track.reached, heard), seqs);
  return { track: { seqs, reached, early: early.slice(-FILLED_MOST) }, due, isStrange: strange };
}

/**
 * @param {Seqs} seqs
 * @param {Seqs} other
 * @returns {Seqs} the larger number for each fleet
 */
function furthest(seqs, other) {
  const merged = { ...seqs };
  for (const [fleet, seq] of Object.entries(other)) {
    merged[fleet] = Math.max(seq, merged[fleet] ?? -1);
  }
  return merged;
}
