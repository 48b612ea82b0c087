// The cards at hand: the one in front, those before it, and the next dozen, ready to be shown.

import { $, $$ } from "../lib/dom.js";

const READY = 12;
const FEW = 8;

/** Cards are the articles that the server makes; everything known of one is in its data attributes. */
export class Deck extends EventTarget {
  constructor(stage, nothing, isOver) {
    super();
    this.stage = stage;
    this.nothing = nothing;
    this.isOver = isOver;
    this.query = stage.dataset.query;
    const first = $("article", stage);
    this.cards = first ? [first] : [];
    this.at = 0;
    const isInOrder = !new URLSearchParams(location.search).has("number");
    this.cursor = first && isInOrder ? first.dataset.place : "";
    this.ended = !first && isInOrder;
  }

  get current() {
    return this.cards[this.at] ?? null;
  }

  find(number) {
    return this.cards.find((card) => Number(card.dataset.number) === number) ?? null;
  }

  /** Show what is in front; `focus`: have a screen reader read it. */
  show(focus = true) {
    const front = this.current ?? (this.loading ? this.stage.firstElementChild : this.nothing());
    if (this.stage.firstElementChild !== front) this.stage.replaceChildren(front);
    if (focus) {
      front?.focus({ preventScroll: true });
      if (scrollY > this.stage.offsetTop) scrollTo(0, Math.max(0, this.stage.offsetTop - 80));
    }
    this.dispatchEvent(new Event("shown"));
    this.fill();
  }

  /** Take one out; the next is in front. */
  remove(card) {
    const place = this.cards.indexOf(card);
    if (place < 0) return;
    this.cards.splice(place, 1);
    if (place < this.at) this.at -= 1;
    if (this.at >= this.cards.length && this.ended) this.at = Math.max(0, this.cards.length - 1);
  }

  /** Put one in front. */
  put(card) {
    const known = this.find(Number(card.dataset.number));
    if (known) this.remove(known);
    this.cards.splice(this.at, 0, card);
    this.show();
  }

  replace(before, card) {
    const place = this.cards.indexOf(before);
    if (place < 0) return;
    this.cards[place] = card;
    if (place === this.at) this.show(this.stage.contains(document.activeElement));
  }

  /** To the next or the one before without deciding; false where there is none. */
  step(by) {
    const to = this.at + by;
    if (to < 0 || to >= this.cards.length) return false;
    this.at = to;
    this.show();
    return true;
  }

  /** Forget those that are not in front, and read on: others may have decided meanwhile. */
  renew() {
    this.cards = this.current ? [this.current] : [];
    this.at = 0;
    this.again();
  }

  /** Read from the beginning once those at hand are through. */
  again() {
    this.ended = false;
    this.cursor = "";
    return this.fill();
  }

  /** Have the next ones ready. */
  async fill() {
    if (this.loading || this.cards.length - this.at > FEW) return;
    if (this.ended) {
      // those left for later come again
      if (this.cards.length || this.cursor === "") return;
      this.ended = false;
      this.cursor = "";
    }
    this.loading = true;
    let found = [];
    try {
      const after = this.cursor ? `&after=${encodeURIComponent(this.cursor)}` : "";
      found = await fetchCards(`limit=${READY}${after}${this.query ? `&${this.query}` : ""}`);
      this.ended = found.length < READY;
      if (found.length) this.cursor = found.at(-1).dataset.place;
      else if (!this.cards.length) this.cursor = "";
    } catch {
      setTimeout(() => this.fill(), 2000);
      return;
    } finally {
      this.loading = false;
    }
    const were = this.cards.length;
    this.cards.push(...found.filter((card) => !this.isOver(card) && !this.find(Number(card.dataset.number))));
    this.dispatchEvent(new CustomEvent("ready", { detail: this.cards.slice(were) }));
    if (this.stage.firstElementChild !== this.current) this.show();
    else this.fill();
  }
}

/** One card as it is now. */
export async function fetchCard(number, query) {
  return (await fetchCards(`number=${number}${query ? `&${query}` : ""}`))[0] ?? null;
}

async function fetchCards(query) {
  const response = await fetch(`/review/cards?${query}`, { headers: { accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return $$("article", page).map((card) => document.adoptNode(card));
}
