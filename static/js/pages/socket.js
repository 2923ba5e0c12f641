/** The live socket of a page: it comes back by itself, and knows when it is dead. */

import { delayMs } from "../lib/backoff.js";
import { SILENT_AFTER_S } from "../lib/connection.js";

// A proxy may take the connection and never pass the handshake on.
const HANDSHAKE_MS = 10_000;

export class LiveSocket {
  /** @type {number | null} when it was lost or first asked for, by Date.now; null while it is open */
  lostAt = Date.now();
  wasLive = false;
  /** @type {WebSocket | null} */
  #socket = null;
  #attempt = 0;
  #retry = 0;
  #busyAt = Date.now();

  /**
   * @param {string} path
   * @param {(messages: import("../lib/sequence.js").Message[]) => void} said
   * @param {(code: number) => boolean} lost gets the close code; returns whether to try again
   */
  constructor(path, said, lost) {
    this.url = new URL(path, location.href.replace(/^http/, "ws"));
    this.said = said;
    this.lost = lost;
    addEventListener("online", () => {
      if (!this.isOpen) this.reopen();
    });
  }

  /** @returns {boolean} whether the server has greeted the page and not gone since */
  get isOpen() {
    return this.lostAt === null;
  }

  /** Opens the socket, unless one is open or opening. */
  open() {
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.#retry);
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    this.#busyAt = Date.now();
    socket.addEventListener("message", (message) => this.#hear(socket, String(message.data)));
    socket.addEventListener("close", (close) => this.#closed(socket, close.code));
  }

  /** Opens another socket in place of this one. */
  reopen() {
    const socket = this.#socket;
    this.#socket = null;
    this.lostAt ??= Date.now();
    // Closing a dead connection takes long; nobody waits for it.
    socket?.close();
    this.open();
  }

  /** Replaces a socket that says nothing: it is dead and does not know it. */
  mend() {
    const silentMs = Date.now() - this.#busyAt;
    const most = this.isOpen ? SILENT_AFTER_S * 1000 : HANDSHAKE_MS;
    if (this.#socket && silentMs > most) this.reopen();
  }

  /**
   * @param {WebSocket} socket
   * @param {string} text
   */
  #hear(socket, text) {
    if (socket !== this.#socket) return;
    this.#busyAt = Date.now();
    this.lostAt = null;
    this.wasLive = true;
    this.#attempt = 0;
    this.said(JSON.parse(text));
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   */
  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.lostAt ??= Date.now();
    if (!this.lost(code)) return;
    this.#retry = window.setTimeout(() => this.open(), delayMs(this.#attempt, Math.random()));
    this.#attempt += 1;
  }
}
