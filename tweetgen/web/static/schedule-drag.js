// Drags a slot over the days of the week; each shows its hours meanwhile, and a strip that keeps the time of day.

import { $, $$, h } from "./lib/dom.js";

const FAR = 6; // pixels before a press is a drag
const STEP = 15; // minutes
const two = (number) => String(number).padStart(2, "0");

export class Drag {
  /** `drop(card, local)`: a card was left at a time of its account's own clock, such as 2026-03-01T18:30. */
  constructor(drop) {
    this.drop = drop;
    this.card = null;
    this.label = null;
    document.addEventListener("pointerdown", (event) => this.#press(event));
    document.addEventListener("pointermove", (event) => this.#carry(event));
    document.addEventListener("pointerup", (event) => this.#leave(event));
    document.addEventListener("pointercancel", () => this.#end());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#end());
  }

  get busy() {
    return this.card !== null;
  }

  #press(event) {
    // a finger scrolls
    if (event.button !== 0 || event.pointerType === "touch") return;
    this.card = event.target.closest?.(".movable") ?? null;
    this.from = [event.clientX, event.clientY];
  }

  #carry(event) {
    if (!this.card) return;
    if (!this.label) {
      if (Math.hypot(event.clientX - this.from[0], event.clientY - this.from[1]) < FAR) return;
      this.#begin();
    }
    event.preventDefault();
    this.at = this.#find(event);
    for (const day of $$(".day")) day.classList.toggle("over", day === this.at?.day);
    this.label.textContent = this.at ? `${this.at.name} ${this.at.time}` : "Drop it on a day";
    this.label.classList.toggle("bad", this.at?.gone ?? false);
    if (this.at?.gone) this.label.textContent = "That day has passed";
    this.label.style.setProperty("--x", `${event.clientX}px`);
    this.label.style.setProperty("--y", `${event.clientY}px`);
  }

  #begin() {
    this.label = h("div", { class: "carried" });
    document.body.append(this.label);
    document.body.classList.add("carrying");
    this.card.classList.add("taken");
    const time = this.card.dataset.local.slice(11);
    for (const day of $$(".day:not(.gone)")) {
      const hours = [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => h("span", {}, `${two(hour)}:00`));
      day.append(h("div", { class: "ruler", "aria-hidden": "true" },
        h("div", { class: "keep" }, `${time} as it is`), h("div", { class: "hours" }, hours)));
    }
  }

  /** The time that a place on the screen stands for. */
  #find(event) {
    const below = document.elementFromPoint(event.clientX, event.clientY);
    const day = below?.closest?.(".day");
    if (!day) return null;
    const hours = $(".hours", day);
    const found = { day, date: day.dataset.date, name: day.dataset.name, time: this.card.dataset.local.slice(11), gone: !hours };
    const box = hours?.getBoundingClientRect();
    if (box && event.clientY >= box.top) {
      const share = Math.min((event.clientY - box.top) / box.height, 1);
      const minutes = Math.min(Math.round((share * 1440) / STEP) * STEP, 1440 - STEP);
      found.time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    }
    return found;
  }

  #leave() {
    const { card, at, label } = this;
    this.#end();
    if (!label) return;
    // what ends a drag is no click on the card
    const over = new AbortController();
    addEventListener("click", (click) => click.preventDefault(), { capture: true, signal: over.signal });
    setTimeout(() => over.abort(), 0);
    if (at && !at.gone) this.drop(card, `${at.date}T${at.time}`);
  }

  #end() {
    this.card?.classList.remove("taken");
    this.label?.remove();
    this.label = this.card = this.at = null;
    document.body.classList.remove("carrying");
    for (const one of $$(".ruler")) one.remove();
    for (const day of $$(".day.over")) day.classList.remove("over");
  }
}
