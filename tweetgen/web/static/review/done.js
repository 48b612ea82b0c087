// The last twenty decisions made here, so that they can be taken back, after a reload, too.

const MOST = 20;

export class Done {
  constructor(keep) {
    this.store = `tweetgen.review.done.${keep}`;
    this.cards = new Map();
    try {
      this.items = JSON.parse(sessionStorage.getItem(this.store)) ?? [];
    } catch {
      this.items = [];
    }
  }

  get waiting() {
    return this.items.length;
  }

  add(item, card) {
    this.items = [...this.items, item].slice(-MOST);
    this.cards.set(item.number, card);
    const kept = new Set(this.items.map((one) => one.number));
    for (const number of this.cards.keys()) if (!kept.has(number)) this.cards.delete(number);
    this.#keep();
  }

  /** The last one, which is then no longer here. */
  take() {
    const item = this.items.pop();
    this.#keep();
    return item;
  }

  /** An undo has made a new version of a candidate: what was done to it before is undone from there. */
  moved(number, version) {
    for (const item of this.items) if (item.number === number) item.version = version;
    this.#keep();
  }

  card(number) {
    return this.cards.get(number) ?? null;
  }

  forget(number) {
    this.items = this.items.filter((one) => one.number !== number);
    this.#keep();
  }

  #keep() {
    sessionStorage.setItem(this.store, JSON.stringify(this.items));
  }
}
