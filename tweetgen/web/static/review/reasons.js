// Why something was rejected, in one more key: the card is gone already, the decision waits a moment for its reason.

import { $, h } from "../lib/dom.js";

const STORE = "tweetgen.review.reasons";
const MOMENT = 6000; // ms; it goes without a reason then, unless somebody is choosing
const MOST = 9;

export class Reasons {
  constructor(given, done) {
    this.given = given;
    this.done = done;
    // before all other keys: a number is a reason only while one is asked for
    document.addEventListener("keydown", (event) => this.#press(event), true);
  }

  get list() {
    try {
      const own = JSON.parse(localStorage.getItem(STORE));
      if (Array.isArray(own) && own.length) return own.slice(0, MOST).map(String);
    } catch { /* as if there were none */ }
    return this.given;
  }

  /** Ask why about the decision `id`; an earlier one goes without. */
  ask(id, what) {
    this.end();
    const choices = this.list.map((reason, place) =>
      h("button", { type: "button", class: "small-button", onclick: () => this.#choose(reason) }, h("kbd", {}, String(place + 1)), reason));
    this.id = id;
    this.strip = h("div", { class: "why-strip", role: "group", "aria-label": `Why was ${what} rejected?` },
      h("p", {}, "Rejected. Why?"), ...choices,
      h("button", { type: "button", class: "small-button", onclick: () => this.end() }, h("kbd", {}, "Enter"), "no reason"),
      h("button", { type: "button", class: "plain small-button", onclick: () => this.change() }, "Change these"));
    $("main").append(this.strip);
    this.#wait();
  }

  /** The one that is asked about goes, with a reason or without. */
  end(reason = "") {
    if (!this.id) return;
    const { id } = this;
    this.id = null;
    clearTimeout(this.timer);
    const hadFocus = this.strip.contains(document.activeElement);
    this.strip.remove();
    this.done(id, reason, hadFocus);
  }

  #choose(reason) {
    this.end(reason);
  }

  #wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.strip.matches(":hover, :focus-within") || $("dialog[open]")) this.#wait();
      else this.end();
    }, MOMENT);
  }

  #press(event) {
    if (!this.id || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    if (event.target.closest?.("input, textarea, select")) return;
    const reason = /^[1-9]$/.test(event.key) ? this.list[Number(event.key) - 1] : undefined;
    const isEnter = event.key === "Enter" && !event.target.closest?.("button, a, summary");
    if (reason === undefined && !isEnter && event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.end(reason);
  }

  /** A list of one's own, kept in this browser. */
  change() {
    const fields = Array.from({ length: MOST }, (_, place) => {
      const input = h("input", { id: `reason-own-${place}`, maxlength: "200", value: this.list[place] ?? "" });
      return h("div", {}, h("label", { for: input.id }, h("kbd", {}, String(place + 1))), input);
    });
    const form = h("form", { method: "dialog" }, h("div", { class: "reasons-form" }, fields),
      h("div", { class: "row spread" }, h("button", { class: "plain", value: "given" }, "As they were"), h("button", { class: "primary", value: "own" }, "Keep these")));
    const dialog = h("dialog", { "aria-labelledby": "reasons-title" }, h("h2", { id: "reasons-title" }, "Reasons"), form);
    form.addEventListener("submit", (event) => {
      const own = fields.map((field) => $("input", field).value.trim()).filter(Boolean);
      if (event.submitter?.value === "given") localStorage.removeItem(STORE);
      else localStorage.setItem(STORE, JSON.stringify(own));
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (this.id) this.ask(...this.#again());
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  #again() {
    const { id } = this;
    this.id = null;
    this.strip.remove();
    return [id, "it"];
  }
}
