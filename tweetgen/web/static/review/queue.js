// Decisions on their way: kept where a reload finds them, sent in order, tried again until the service answers.

import { post } from "../lib/api.js";

const SOONEST = 400; // ms
const LATEST = 6000;
const ORPHANED = 10_000; // ms after which those of a tab that may be closed are sent by any other
const SHORT = 30_000; // characters that a browser sends on after its page is gone

/** Tells of "taken" and "refused" ({ item, result | problem }), and of "changed" whenever `waiting` does. */
export class Queue extends EventTarget {
  constructor(keep, person) {
    super();
    // each has an entry of its own, so that tabs never write over each other's
    this.prefix = `tweetgen.review.queue.${keep}.`;
    this.person = person;
    this.tab = sessionStorage.getItem("tweetgen.tab") ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
    sessionStorage.setItem("tweetgen.tab", this.tab);
    this.count = 0;
    this.away = false;
    this.refusedForms = 0;
    addEventListener("online", () => this.wake?.());
    // what waits for a reason goes without one; the browser sends it on
    document.addEventListener("visibilitychange", () => document.hidden && this.releaseAll());
  }

  /** All that wait, the oldest first. */
  get items() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix)).sort();
    const found = keys.map((key) => [key, localStorage.getItem(key)]).filter(([, value]) => value !== null);
    return found.map(([key, value]) => ({ ...JSON.parse(value), id: key }));
  }

  get waiting() {
    return this.items.length;
  }

  /** Whether a decision of ours about it, or a later one, made this version. */
  made(number, version) {
    return version <= (this.versions?.get(number) ?? 0);
  }

  /** Send one; `held`: not before `release`. Gives its id. */
  add(item, held = false) {
    const place = `${String(Date.now()).padStart(15, "0")}.${String(this.count++).padStart(6, "0")}`;
    const id = `${this.prefix}${place}.${this.tab}`;
    this.versions ??= new Map();
    this.versions.set(item.number, item.version + 1);
    this.#write(id, { ...item, tab: this.tab, at: Date.now(), held });
    this.start();
    return id;
  }

  /** Change one that is held, and let it go. */
  release(id, more = {}) {
    const item = this.#read(id);
    if (!item?.held) return;
    this.#write(id, { ...item, ...more, held: false });
    this.start();
    this.wake?.();
  }

  releaseAll() {
    for (const item of this.items) if (item.held && item.tab === this.tab) this.release(item.id);
  }

  /** Take one back that was not sent yet; false where it may have been. */
  withdraw(id) {
    const item = this.#read(id);
    if (!item || this.flying === id) return false;
    localStorage.removeItem(id);
    this.versions?.set(item.number, item.version);
    this.#changed();
    return true;
  }

  /** Forget those about a candidate: what they were made on never came to be. */
  drop(number) {
    for (const item of this.items) if (item.number === number && item.id !== this.flying) localStorage.removeItem(item.id);
    this.versions?.delete(number);
    this.#changed();
  }

  async start() {
    if (this.running) return;
    this.running = true;
    try {
      await this.#run();
    } finally {
      this.running = false;
    }
    if (this.#next()) this.start();
  }

  #next() {
    return this.items.find((one) => !one.held && (one.tab === this.tab || Date.now() - one.at > ORPHANED));
  }

  async #run() {
    let wait = SOONEST;
    for (let item = this.#next(); item; item = this.#next()) {
      this.flying = item.id;
      const problem = await this.#send(item);
      this.flying = null;
      if (problem && isPassing(problem, item, this)) {
        this.#isAway(true);
        await new Promise((done) => {
          this.wake = done;
          setTimeout(done, wait);
        });
        wait = Math.min(2 * wait, LATEST);
      } else {
        this.#isAway(false);
        wait = SOONEST;
      }
    }
  }

  /** The problem with it, or nothing where it was taken. */
  async #send(item) {
    const { number, version, action, text, reason, scheduled_for, despite_verdicts } = item;
    const body = { version, action, text, reason, scheduled_for, despite_verdicts };
    let result;
    try {
      const keepalive = (text ?? "").length < SHORT;
      result = await post(`/candidates/${number}/decisions`, body, { keepalive });
    } catch (problem) {
      if (isPassing(problem, item, this)) return problem;
      localStorage.removeItem(item.id);
      // the answer to the first try was lost: it was taken all the same
      if (problem.status === 409 && isOurs(problem.body, item, this.person)) this.#tell("taken", { item });
      else this.#tell("refused", { item, problem });
      this.#changed();
      return problem;
    }
    localStorage.removeItem(item.id);
    this.#tell("taken", { item, result });
    this.#changed();
    return null;
  }

  #isAway(away) {
    if (this.away === away) return;
    this.away = away;
    this.#changed();
  }

  #read(id) {
    const value = localStorage.getItem(id);
    return value === null ? null : JSON.parse(value);
  }

  #write(id, item) {
    localStorage.setItem(id, JSON.stringify(item));
    this.#changed();
  }

  #changed() {
    this.#tell("changed", {});
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Whether it is worth trying again: nobody answered, not now, or nobody is logged in. */
function isPassing(problem, item, queue) {
  if (problem.status === 0 || problem.status === 401 || problem.status === 429 || problem.status >= 500) return true;
  // forms outlive a change of the login only until the page is loaded again
  return problem.status === 403 && Date.now() - item.at > 0 && queue.refusedForms++ < 1;
}

function isOurs(told, item, person) {
  return told.actor === person && told.action === item.action && told.version === item.version + 1;
}
