/**
 * Follows the fleet's events over one socket, and polls while there is none.
 *
 * Events are thin: they name what changed, and the page fetches it again. Each is applied once and
 * in order; what was missed is asked for, and where that is too much the page takes a new snapshot.
 */

import { light } from "../lib/connection.js";
import { NEWS } from "../lib/notices.js";
import { fill, gap, hear, renew, trackFrom } from "../lib/sequence.js";
import { isInUse, loadAfresh } from "./afresh.js";
import { GoneError, SignedOutError, eventsAfter, signIn } from "./fragment.js";
import { refreshHalts } from "./halt.js";
import { showLight } from "./lamp.js";
import { LiveSocket } from "./socket.js";

const POLL_EVERY_MS = 10_000;
// Events of one moment ask for one snapshot, and a long storm for two a second. The page as it was
// opened is none of them.
const BURST_MS = 40;
const SNAPSHOT_EVERY_MS = 500;
// What another process pushed in the other order arrives by itself.
const MISSING_MS = 200;
// What the bar says of the fleet comes with its halts.
const MODE = /^policy\.published$/;
const SIGNED_OUT = 4401;
const NOT_FOUND = 4404;
const OUTDATED =
  "Countersign was updated. Reload the page once you have finished; until then it runs as it was.";

/**
 * @typedef {object} Page what follows the events
 * @property {() => Promise<import("../lib/sequence.js").Seqs>} snapshot fetches everything shown
 *   and returns the sequence numbers it was taken at
 * @property {(event: import("../lib/sequence.js").LiveEvent) => boolean} event returns whether
 *   a new snapshot is wanted
 * @property {string} [ticketId] the one ticket that the page is about
 * @property {(sign: string) => void} [looking] is told with each beat who else has that ticket open
 */

/**
 * @param {Page} page
 * @param {import("../lib/sequence.js").Seqs} firstSeqs the numbers the page was made at
 */
export function follow(page, firstSeqs) {
  const path = document.body.dataset.socket;
  const query = page.ticketId ? `?ticket=${page.ticketId}` : "";
  if (path) new Follower(page, firstSeqs, path + query).start();
}

class Follower {
  #freshAt = Date.now();
  #takenAt = Date.now();
  #askedAt = 0;
  #isTaking = false;
  #wantsAnother = false;
  #isDue = false;
  #isFilling = false;
  #isOutdated = false;
  #soon = 0;
  #missing = 0;

  /**
   * @param {Page} page
   * @param {import("../lib/sequence.js").Seqs} seqs
   * @param {string} path
   */
  constructor(page, seqs, path) {
    this.page = page;
    this.track = trackFrom(seqs);
    this.socket = new LiveSocket(
      path,
      (messages) => this.#said(messages),
      (code) => this.#lost(code),
    );
  }

  start() {
    this.socket.open();
    setInterval(() => this.#step(), 1000);
    document.addEventListener("visibilitychange", () => this.#step());
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.socket.reopen();
      this.#take();
    });
  }

  /** Also after a sleep of the machine, and in a tab that comes back: ages are on the wall clock. */
  #step() {
    this.socket.mend();
    const needsPolling = !this.socket.isOpen || this.#isDue;
    if (needsPolling && Date.now() - this.#takenAt >= POLL_EVERY_MS) this.#take();
    this.#show();
  }

  /** @param {import("../lib/sequence.js").Message[]} messages */
  #said(messages) {
    let isStrange = false;
    for (const message of messages) {
      const heard = hear(this.track, message);
      this.track = heard.track;
      isStrange ||= heard.isStrange;
      this.#apply(heard.due);
      // What could not be fetched before the loss has to be fetched now.
      if ("hello" in message) isStrange ||= this.#isDue;
      if ("looking" in message) this.page.looking?.(message.looking ?? "");
      if ("release" in message) this.#compare(message.release ?? "");
    }
    if (isStrange) this.#take();
    else if (gap(this.track)) this.#fillSoon();
    else if (!this.#isDue) this.#freshAt = Date.now();
    this.#show();
  }

  /**
   * @param {number} code
   * @returns {boolean}
   */
  #lost(code) {
    if (code === SIGNED_OUT) {
      signIn();
      return false;
    }
    // The page itself says best what is not there any more.
    if (code === NOT_FOUND && loadAfresh()) return false;
    this.#show();
    return true;
  }

  /** @param {import("../lib/sequence.js").LiveEvent[]} due */
  #apply(due) {
    if (due.length) document.dispatchEvent(new Event(NEWS));
    if (due.some((event) => MODE.test(event.name))) refreshHalts();
    const wanted = due.filter((event) => this.page.event(event));
    if (wanted.length) this.#takeSoon();
  }

  #takeSoon() {
    if (this.#soon) return;
    const waitMs = Math.max(BURST_MS, this.#askedAt + SNAPSHOT_EVERY_MS - Date.now());
    this.#soon = window.setTimeout(
      () => {
        this.#soon = 0;
        this.#take();
      },
      Math.min(waitMs, SNAPSHOT_EVERY_MS),
    );
  }

  #fillSoon() {
    if (this.#missing) return;
    this.#missing = window.setTimeout(() => {
      this.#missing = 0;
      this.#fill();
    }, MISSING_MS);
  }

  /** Asks for what was missed, and for everything where that is too much. */
  async #fill() {
    if (this.#isFilling) return;
    this.#isFilling = true;
    try {
      let missing = gap(this.track);
      while (missing && !missing.isWide) {
        const { fleet, after } = missing;
        // The socket goes on talking meanwhile: the track is read once the answer is there.
        const answer = await eventsAfter(fleet, after);
        const filled = fill(this.track, fleet, answer);
        this.track = filled.track;
        this.#apply(filled.due);
        if (!filled.isWhole) break;
        missing = gap(this.track);
      }
      if (missing) await this.#take();
      else this.#freshAt = Date.now();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isFilling = false;
    }
    this.#show();
  }

  async #take() {
    if (this.#isTaking) {
      this.#wantsAnother = true;
      return;
    }
    this.#isTaking = true;
    this.#takenAt = this.#askedAt = Date.now();
    try {
      const seqs = await this.page.snapshot();
      const renewed = renew(this.track, seqs);
      this.track = renewed.track;
      // No snapshot holds the halts, and none of the events that it makes up for will tell of one.
      refreshHalts();
      this.#isDue = false;
      this.#freshAt = this.#takenAt;
      this.#apply(renewed.due);
      document.dispatchEvent(new Event(NEWS));
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isTaking = false;
    }
    this.#show();
    if (!this.#wantsAnother) return;
    this.#wantsAnother = false;
    await this.#take();
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof SignedOutError) return;
    if (error instanceof GoneError && loadAfresh()) return;
    // The light shows the age; the next poll tries again.
    this.#isDue = true;
  }

  /** @param {string} release what the server hands out now */
  #compare(release) {
    const own = document.body.dataset.release;
    if (!own || !release || own === release) return;
    this.#isOutdated = isInUse() || !loadAfresh();
  }

  #show() {
    const { lostAt } = this.socket;
    const look = light({
      isOpen: this.socket.isOpen,
      wasLive: this.socket.wasLive,
      dataS: (Date.now() - this.#freshAt) / 1000,
      lostS: lostAt === null ? 0 : (Date.now() - lostAt) / 1000,
    });
    showLight(this.#isOutdated && !look.banner ? { ...look, banner: OUTDATED } : look);
  }
}
