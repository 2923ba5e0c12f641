/**
 * Follows the fleet's events over one socket, and polls while there is none.
 *
 * Events are thin: they name what changed, and the page fetches it again. The order is always
 * socket, snapshot, events; a gap, a beat that is further on or a reconnect takes a new snapshot.
 */

import { delayMs } from "../lib/backoff.js";
import { SILENT_AFTER_S, light } from "../lib/connection.js";
import { furthest, hear } from "../lib/sequence.js";
import { announce } from "./clock.js";
import { SignedOutError, signIn } from "./fragment.js";

const POLL_EVERY_MS = 10_000;
// A burst of events asks for one snapshot, not for one each.
const BURST_MS = 150;
const SIGNED_OUT = 4401;
const TONES = ["wait", "poll", "stale"];

/**
 * @typedef {object} Page what follows the events
 * @property {() => Promise<import("../lib/sequence.js").Seqs>} snapshot fetches everything shown
 *   and returns the sequence numbers it was taken at
 * @property {(event: import("../lib/sequence.js").LiveEvent) => boolean} event returns whether
 *   a new snapshot is wanted
 */

/**
 * @param {Page} page
 * @param {import("../lib/sequence.js").Seqs} firstSeqs the numbers the page was made at
 */
export function follow(page, firstSeqs) {
  const path = document.body.dataset.socket;
  if (path) new Follower(page, firstSeqs, path).open();
}

class Follower {
  /** @type {WebSocket | null} */
  #socket = null;
  #attempt = 0;
  #heardAt = performance.now();
  #freshAt = performance.now();
  /** @type {number | null} */
  #lostAt = null;
  #tone = "wait";
  #isTaking = false;
  #wantsAnother = false;
  #isDue = false;
  #retry = 0;
  #burst = 0;

  /**
   * @param {Page} page
   * @param {import("../lib/sequence.js").Seqs} seqs
   * @param {string} path
   */
  constructor(page, seqs, path) {
    this.page = page;
    this.seqs = seqs;
    this.url = new URL(path, location.href.replace(/^http/, "ws"));
    setInterval(() => this.#poll(), POLL_EVERY_MS);
    setInterval(() => this.#show(), 1000);
    addEventListener("online", () => this.open());
    addEventListener("offline", () => this.#socket?.close());
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.#take();
    });
  }

  /** Opens the socket, unless one is open or opening. */
  open() {
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.#retry);
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.addEventListener("message", (message) => this.#hear(String(message.data)));
    socket.addEventListener("close", (close) => this.#closed(socket, close.code));
  }

  /** @param {string} text */
  #hear(text) {
    const message = JSON.parse(text);
    const wasLost = this.#lostAt !== null;
    this.#heardAt = performance.now();
    this.#lostAt = null;
    this.#attempt = 0;
    const heard = hear(this.seqs, message);
    this.seqs = heard.seqs;
    if (heard.step === "apply" && this.page.event(message)) this.#takeSoon();
    if (heard.step === "snapshot" || (wasLost && "hello" in message)) this.#take();
    if (heard.step !== "snapshot") this.#freshAt = this.#heardAt;
    this.#show();
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   */
  #closed(socket, code) {
    if (socket !== this.#socket) return;
    if (code === SIGNED_OUT) {
      signIn();
      return;
    }
    this.#lostAt ??= performance.now();
    this.#retry = window.setTimeout(() => this.open(), delayMs(this.#attempt, Math.random()));
    this.#attempt += 1;
    this.#show();
  }

  #poll() {
    const isSilent = performance.now() - this.#heardAt > SILENT_AFTER_S * 1000;
    if (this.#lostAt === null && !isSilent && !this.#isDue) return;
    // A socket that is open and says nothing is dead and does not know it.
    if (isSilent && this.#socket?.readyState === WebSocket.OPEN) this.#socket.close();
    this.#take();
  }

  #takeSoon() {
    clearTimeout(this.#burst);
    this.#burst = window.setTimeout(() => this.#take(), BURST_MS);
  }

  async #take() {
    if (this.#isTaking) {
      this.#wantsAnother = true;
      return;
    }
    this.#isTaking = true;
    try {
      this.seqs = furthest(this.seqs, await this.page.snapshot());
      this.#freshAt = performance.now();
      this.#isDue = false;
    } catch (error) {
      // The light shows the age; the next poll tries again.
      this.#isDue = !(error instanceof SignedOutError);
    } finally {
      this.#isTaking = false;
    }
    this.#show();
    if (!this.#wantsAnother) return;
    this.#wantsAnother = false;
    await this.#take();
  }

  #show() {
    const now = performance.now();
    const { tone, text, banner } = light({
      isOpen: this.#lostAt === null && this.#socket?.readyState === WebSocket.OPEN,
      heardS: (now - this.#heardAt) / 1000,
      dataS: (now - this.#freshAt) / 1000,
      lostS: this.#lostAt === null ? 0 : (now - this.#lostAt) / 1000,
    });
    const lamp = document.querySelector("[data-live]");
    lamp?.classList.remove(...TONES);
    if (tone !== "live") lamp?.classList.add(tone);
    const words = document.querySelector("[data-live-text]");
    if (words) words.textContent = text;
    const box = document.querySelector("[data-live-banner]");
    if (box instanceof HTMLElement) box.hidden = !banner;
    const bannerWords = document.querySelector("[data-live-banner-text]");
    if (bannerWords) bannerWords.textContent = banner;
    for (const sentence of document.querySelectorAll("[data-live-sentence]")) {
      sentence.textContent = tone === "live" ? "The queue is live." : "";
    }
    this.#say(tone, banner);
  }

  /**
   * @param {string} tone
   * @param {string} banner
   */
  #say(tone, banner) {
    if (tone === this.#tone) return;
    if (banner) announce(banner);
    else if (tone === "live" && this.#tone !== "wait") announce("The connection is back.");
    this.#tone = tone;
  }
}
