// What happens elsewhere, as it happens: server-sent events that come back by themselves, and a banner while they do not.

import { h } from "./dom.js";

const EVENTS = "/api/v1/review/events";
const GRACE = 1500; // ms before anybody is told; a short gap is nobody's business
const SOONEST = 500;
const LATEST = 8000;

class Stream {
  constructor(address) {
    this.address = address;
    this.handlers = new Map();
    this.wait = SOONEST;
    this.connected = false;
    // a browser has six connections to us: a tab that nobody looks at needs none
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.#open()));
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", (event) => event.persisted && this.#open());
  }

  on(type, handler) {
    if (!this.handlers.has(type)) this.handlers.set(type, new Set());
    this.handlers.get(type).add(handler);
    this.#listen(type);
    if (!this.source && !this.retry) this.#open();
    return () => this.handlers.get(type).delete(handler);
  }

  #open() {
    if (this.source || document.hidden) return;
    clearTimeout(this.retry);
    this.retry = null;
    this.source = new EventSource(this.address);
    this.heard = new Set();
    this.source.addEventListener("open", () => this.#joined());
    this.source.addEventListener("error", () => this.#lost());
    for (const type of this.handlers.keys()) this.#listen(type);
  }

  #listen(type) {
    if (!this.source || this.heard.has(type) || type === "connected") return;
    this.heard.add(type);
    this.source.addEventListener(type, (event) => this.#tell(type, JSON.parse(event.data)));
  }

  #tell(type, data) {
    for (const handler of this.handlers.get(type) ?? []) handler(data);
  }

  #joined() {
    this.wait = SOONEST;
    this.connected = true;
    clearTimeout(this.telling);
    this.telling = null;
    banner(false);
    this.#tell("connected", {});
  }

  #lost() {
    // the browser tries again by itself after some failures only, and in its own time
    this.#close();
    this.telling ??= setTimeout(() => banner(true), GRACE);
    this.retry = setTimeout(() => this.#open(), this.wait);
    this.wait = Math.min(2 * this.wait, LATEST);
  }

  #close() {
    this.connected = false;
    this.source?.close();
    this.source = null;
    clearTimeout(this.retry);
    this.retry = null;
  }
}

const streams = new Map();

/**
 * Call `handler` with the data of every event of a type; returns what ends that. The type "connected" is ours: now
 * events come (again), and whatever happened before was missed.
 */
export function subscribe(type, handler, address = EVENTS) {
  if (!streams.has(address)) streams.set(address, new Stream(address));
  return streams.get(address).on(type, handler);
}

/** Show, or take away, the banner that says that nothing comes; for pages that notice it by other means. */
export function banner(shown) {
  const before = document.getElementById("not-connected");
  if (!shown) return before?.remove();
  if (before) return undefined;
  const line = h("p", { id: "not-connected", class: "notice", role: "status" }, "Not connected, trying again. Nothing you do is lost.");
  document.getElementById("main").prepend(line);
  return undefined;
}
