// Who is heard: sliders of authors' shares, and a search for more of them.

import { get } from "./lib/api.js";
import { $, $$, h, s } from "./lib/dom.js";

const FOUND = 8;

/** The fieldset #voice; `changed` is called once somebody else is heard. */
export class Voice {
  constructor(changed) {
    this.root = $("#voice");
    this.model = this.root.dataset.model;
    this.changed = changed;
    this.list = $(".shares", this.root);
    this.list.addEventListener("input", () => this.#heard());
    this.list.addEventListener("click", (event) => {
      const remove = event.target.closest(".remove");
      if (!remove) return;
      event.preventDefault();
      remove.closest("li").remove();
      this.#heard();
    });
    const search = $("#add");
    search?.addEventListener("input", () => this.#find(search.value));
    search?.addEventListener("focus", () => this.#find(search.value));
    search?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      $("#found button")?.click();
    });
    this.#show();
  }

  /** All that is shown: [author, share] each. */
  get pairs() {
    return $$("li", this.list).map((row) => [$('[name="author"]', row).value, $('[name="share"]', row).valueAsNumber]);
  }

  /** Those that are heard, as the API takes them. */
  get shares() {
    return Object.fromEntries(this.pairs.filter(([, share]) => share > 0));
  }

  #heard() {
    this.#show();
    this.changed();
  }

  #show() {
    const total = this.pairs.reduce((sum, [, share]) => sum + share, 0);
    for (const row of $$("li", this.list)) {
      const share = $('[name="share"]', row).valueAsNumber;
      $("output", row).value = total ? `${Math.round((100 * share) / total)}%` : "–";
    }
    $("#nobody").hidden = total > 0 || this.root.dataset.authors === "0";
  }

  async #find(part) {
    this.search?.abort();
    this.search = new AbortController();
    const query = new URLSearchParams({ q: part.trim(), limit: FOUND + this.pairs.length });
    let found;
    try {
      found = await get(`/models/${encodeURIComponent(this.model)}/authors?${query}`, { signal: this.search.signal });
    } catch {
      return; // another letter came, or nobody answers: the next one asks again
    }
    const heard = new Set(this.pairs.map(([author]) => author));
    const fresh = found.items.filter((author) => !heard.has(author)).slice(0, FOUND);
    const add = (author) => h("li", {}, h("button", { type: "button", class: "small-button", dir: "auto", onclick: () => this.#add(author) }, author));
    $("#found").replaceChildren(...(fresh.length ? fresh.map(add) : [h("li", { class: "quiet small" }, "Nobody of that name")]));
  }

  #add(author) {
    const id = `share-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    const cross = s("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: "M4 4l8 8M12 4l-8 8" }));
    const slider = h("input", { type: "range", id, name: "share", min: "0", max: "100", value: "100" });
    this.list.append(h("li", {},
      h("label", { class: "name", for: id, dir: "auto" }, author),
      h("output", { class: "quiet number", for: id }),
      h("input", { type: "hidden", name: "author", value: author }),
      slider,
      h("button", { type: "button", class: "plain remove", "aria-label": `Leave out ${author}` }, cross)));
    $("#found").replaceChildren();
    $("#add").value = "";
    slider.focus();
    this.#heard();
  }
}

/** model, author and share of an address, in this order. */
export function voiceQuery(voice) {
  const query = new URLSearchParams({ model: voice.model });
  const pairs = voice.pairs.length ? voice.pairs : [["", ""]];
  for (const [author, share] of pairs) {
    query.append("author", author);
    query.append("share", share);
  }
  return query;
}

/** Another model brings other authors: a page of its own, with all else as it is. */
export function followModel(query) {
  $("#model").addEventListener("change", ({ target }) => {
    const address = query();
    for (const name of ["author", "share"]) address.delete(name);
    address.set("model", target.value);
    location.assign(`${location.pathname}?${address}`);
  });
}

/** The tabs lead to the same voice. */
export function keepTabs(voice) {
  for (const tab of $$(".tabs a")) tab.href = `${new URL(tab.href).pathname}?${voiceQuery(voice)}`;
}
