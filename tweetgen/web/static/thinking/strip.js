// The row of tokens: one of them is chosen by pointer or keys, and attention is shown from there.

import { $, $$, s } from "../lib/dom.js";

/** Shares below are not worth an arc, and so many arcs are enough. */
const LEAST = 0.02;
const MOST = 12;
const moves = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

export class Strip {
  /** `explained` as the page carries them; `shown` is told the place of the token that is looked at, or null. */
  constructor(explained, shown) {
    this.explained = explained;
    this.shown = shown;
    this.list = $("#strip");
    this.tokens = $$(".token[data-place]", this.list);
    this.start = $(".start", this.list);
    this.chosen = null;
    this.pinned = false;
    this.leaving = false;
    this.#name();
    this.#listen();
  }

  /** Where the network looked before a thought: shares of the start and of each thought before it. */
  attention(place) {
    const weights = [this.explained.start_weight, ...this.explained.thoughts.slice(0, place).map((thought) => thought.weight)];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return total ? weights.map((weight) => weight / total) : [];
  }

  choose(place) {
    if (place === this.chosen) return;
    this.chosen = place;
    for (const [at, token] of this.tokens.entries()) {
      token.classList.toggle("chosen", at === place);
      token.setAttribute("aria-selected", String(at === place));
      if (place !== null) token.setAttribute("tabindex", at === place ? "0" : "-1");
    }
    this.shown(place);
    this.draw();
  }

  /** Look at none. */
  leave() {
    this.pinned = false;
    const last = this.chosen;
    const inside = $("#moment").contains(document.activeElement);
    this.choose(null);
    if (last === null || !inside) return;
    this.leaving = true; // the focus goes back to the token, which is not looked at again by that
    this.tokens[last].focus();
    this.leaving = false;
  }

  focus() {
    this.pinned = true;
    this.tokens[this.chosen]?.focus();
  }

  end() {
    this.watch.disconnect();
  }

  /** Attention's strip and arcs, from the chosen token or else from the end of the post. */
  draw() {
    const thoughts = this.explained.thoughts;
    const from = this.chosen ?? thoughts.length - 1;
    const shares = this.attention(from);
    const most = Math.max(...shares, 0);
    for (const [at, token] of [this.start, ...this.tokens].entries()) {
      $(".heat", token)?.setAttribute("fill-opacity", most ? ((shares[at] ?? 0) / most).toFixed(3) : "0");
    }
    const told = $("#attention-at");
    if (told) told.textContent = this.chosen === null || !thoughts[from].text ? "at the end of the post" : `before “${thoughts[from].text.trim()}”`;
    $("#arcs").replaceChildren(...(this.chosen === null ? [] : this.#arcs(from, shares)));
  }

  #arcs(from, shares) {
    const all = $("#arcs").getBoundingClientRect();
    const tokens = [this.start, ...this.tokens];
    const end = tokens[from + 1].getBoundingClientRect();
    const middle = (box) => box.left + box.width / 2 - all.left;
    return shares
      .map((share, at) => ({ share, at }))
      .filter(({ share }) => share >= LEAST)
      .sort((one, other) => other.share - one.share)
      .slice(0, MOST)
      .map(({ share, at }) => {
        const box = tokens[at].getBoundingClientRect();
        const [x, y, toX, toY] = [middle(end), end.top - all.top, middle(box), box.top - all.top];
        const up = Math.min(8 + Math.abs(x - toX) * 0.12, 30);
        const d = `M${x} ${y}C${x} ${y - up} ${toX} ${toY - up} ${toX} ${toY}`;
        return s("path", { d, "stroke-width": (1 + 7 * share).toFixed(2), "stroke-opacity": (0.25 + 0.6 * share).toFixed(2) });
      });
  }

  /** For who cannot see it, the row is a list to choose from. */
  #name() {
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Tokens");
    this.list.setAttribute("aria-orientation", "horizontal");
    for (const word of this.list.children) word.setAttribute("role", "none");
    this.start.setAttribute("aria-hidden", "true");
    for (const [place, token] of this.tokens.entries()) {
      token.setAttribute("role", "option");
      token.setAttribute("aria-label", $("title", token).textContent);
      token.setAttribute("aria-selected", "false");
      token.setAttribute("tabindex", place === 0 ? "0" : "-1");
      $("title", token).remove(); // it would lie over the arcs
    }
  }

  #listen() {
    const at = (event) => {
      const token = event.target.closest?.(".token[data-place]");
      return token ? Number(token.dataset.place) : null;
    };
    this.list.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse" && !this.pinned && at(event) !== null) this.choose(at(event));
    });
    this.list.addEventListener("click", (event) => {
      if (at(event) === null) return;
      this.choose(at(event));
      this.focus();
    });
    this.list.addEventListener("focusin", (event) => {
      if (!this.leaving && at(event) !== null && event.target.matches(":focus-visible")) this.choose(at(event));
    });
    this.list.addEventListener("keydown", (event) => this.#press(event, at(event)));
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.list);
  }

  #press(event, place) {
    if (place === null || event.ctrlKey || event.metaKey || event.altKey) return;
    let next = null;
    if (event.key in moves) {
      const way = this.list.dir === "rtl" && event.key.startsWith("Arrow") ? -moves[event.key] : moves[event.key];
      next = Math.max(0, Math.min(this.tokens.length - 1, place + way));
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      next = this.#beside(place, event.key === "ArrowDown");
    } else if (event.key === "Enter" || event.key === " ") {
      $("#moment button.other")?.focus();
    } else if (event.key === "Escape") {
      this.leave();
    } else {
      return;
    }
    event.preventDefault();
    if (next === null) return;
    this.choose(next);
    this.focus();
  }

  /** The nearest token in the row below or above. */
  #beside(place, below) {
    const boxes = this.tokens.map((token) => token.getBoundingClientRect());
    const here = boxes[place];
    const middle = (box) => box.left + box.width / 2;
    let best = null;
    for (const [at, box] of boxes.entries()) {
      const down = below ? box.top - here.top : here.top - box.top;
      if (down <= 1) continue;
      const far = [down, Math.abs(middle(box) - middle(here))];
      if (!best || far[0] < best.far[0] - 1 || (far[0] < best.far[0] + 1 && far[1] < best.far[1])) best = { at, far };
    }
    return best?.at ?? place;
  }
}
