// Editing in place: how the text counts while it is typed, and a draft that outlives the page and the service.

import { post } from "../lib/api.js";
import { $, h } from "../lib/dom.js";

const PAUSE = 200; // ms of typing before it is asked how the text counts

export class Editor {
  constructor(keep, query) {
    this.prefix = `tweetgen.review.draft.${keep}.`;
    this.query = query;
  }

  get card() {
    return this.box && this.details.open ? this.details.closest("article") : null;
  }

  /** Everything typed and not saved: numbers of candidates. */
  get drafts() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    return [...new Set(keys.map((key) => Number(key.slice(this.prefix.length).split(":")[0])))];
  }

  /** Make a card's box ready; with a draft of it, open. */
  prepare(card) {
    const details = $(".edit", card);
    if (!details || details.dataset.ready) return;
    details.dataset.ready = "yes";
    const box = $("textarea", details);
    details.addEventListener("toggle", () => (details.open ? this.#opened(card, details, box) : this.#closed(box)));
    box.addEventListener("input", () => this.#typed(card, box));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.leave();
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("form", details).requestSubmit();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  open(card) {
    const details = $(".edit", card);
    if (!details) return;
    details.open = true;
    this.#opened(card, details, $("textarea", details));
  }

  /** Open it where something was typed before the page was loaded again. */
  resume(card) {
    if (this.#draft(card)) this.open(card);
  }

  leave() {
    if (!this.card) return;
    const { card } = this;
    this.details.open = false;
    card.focus({ preventScroll: true });
  }

  /** Show what was refused, with the text that somebody typed. */
  refused(card, text, why, isSure) {
    this.#keep(card, text);
    this.open(card);
    const box = $(".edit textarea", card);
    box.value = text;
    this.#notice(card, why);
    const button = $('.edit button[value="edit"]', card);
    button.textContent = isSure ? "Save it all the same" : "Save the text";
    button.dataset.sure = isSure ? "yes" : "";
  }

  forget(number) {
    for (const key of Object.keys(localStorage)) if (key.startsWith(`${this.prefix}${number}:`)) localStorage.removeItem(key);
  }

  #opened(card, details, box) {
    if (this.box === box) return box.focus();
    if (this.card) this.details.open = false;
    this.details = details;
    this.box = box;
    const draft = this.#draft(card);
    if (draft) {
      box.value = draft.text;
      if (draft.version !== card.dataset.version) this.#notice(card, "This candidate has changed since you began; your text is still here.");
    }
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    this.#count(card, box);
    // a reload comes back to this card
    return history.replaceState(null, "", `/review?number=${card.dataset.number}${this.query ? `&${this.query}` : ""}`);
  }

  #closed(box) {
    if (this.box !== box) return;
    this.box = null;
    this.asking?.abort();
    history.replaceState(null, "", `/review${this.query ? `?${this.query}` : ""}`);
  }

  #typed(card, box) {
    const button = $('.edit button[value="edit"]', card);
    button.textContent = "Save the text";
    button.dataset.sure = "";
    this.#keep(card, box.value);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.#count(card, box), PAUSE);
  }

  #keep(card, text) {
    const { number, version } = card.dataset;
    if (text === original(card)) this.forget(number);
    else localStorage.setItem(`${this.prefix}${number}:${version}`, text);
  }

  /** The newest text typed for a card, and the version it was begun on. */
  #draft(card) {
    const mine = `${this.prefix}${card.dataset.number}:`;
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(mine));
    const key = keys.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).at(-1);
    return key ? { text: localStorage.getItem(key), version: key.slice(mine.length) } : null;
  }

  #notice(card, why) {
    const form = $(".edit form", card);
    $(".refusal", form)?.remove();
    form.prepend(h("p", { class: "notice bad refusal", role: "alert" }, why));
  }

  async #count(card, box) {
    this.asking?.abort();
    this.asking = new AbortController();
    const place = $("[data-counts]", card);
    let told;
    try {
      told = await post(`/candidates/${card.dataset.number}/preview`, { text: box.value }, { signal: this.asking.signal });
    } catch (problem) {
      if (problem.name !== "AbortError") place.replaceChildren(h("p", { class: "quiet small" }, `Not counted: ${problem.message}`));
      return;
    }
    place.replaceChildren(...counts(told, box.value));
  }
}

/** The text as it is without any edit. */
export const original = (card) => $(".lead", card).textContent;

function counts({ previews, verdicts }, text) {
  const chips = previews.map((one) => {
    const limit = one.limit === null ? "" : ` of ${one.limit.toLocaleString("en")}`;
    return h("span", { class: `chip number ${one.fits ? "" : "bad"}` }, `${one.destination} ${one.weighted.toLocaleString("en")}${limit}`);
  });
  if (!chips.length) chips.push(h("span", { class: "chip number" }, `${[...text].length.toLocaleString("en")} characters`));
  const concerns = verdicts.filter((one) => one.outcome !== "keep");
  const lines = concerns.map((one) => h("p", { class: "small warn" }, `${one.filter}: ${one.outcome}, ${one.reason}`));
  const warnings = previews.filter((one) => one.warning).map((one) => h("p", { class: "small warn" }, `${one.destination}: ${one.warning}`));
  return [...chips, ...lines, ...warnings];
}
