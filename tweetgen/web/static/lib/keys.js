// Keys that do things: rebindable, silent where somebody types, listed by `?`.

import { h } from "./dom.js";

const typing = 'input:not([type="checkbox"], [type="radio"], [type="range"], [type="button"]), textarea, select, [contenteditable]';

/** The keys of one page. `actions`: name → { key, does, run }; what a person rebinds is kept under `name`. */
export class Keys {
  constructor(name, actions) {
    this.store = `tweetgen.keys.${name}`;
    this.actions = actions;
    try {
      this.own = JSON.parse(localStorage.getItem(this.store)) ?? {};
    } catch {
      this.own = {};
    }
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  key(action) {
    return this.own[action] ?? this.actions[action].key;
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(typing) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") return event.preventDefault(), this.help();
    const pressed = named(event);
    // on a button or a link, these two are the button's own
    if ((pressed === "Space" || pressed === "Enter") && event.target.closest?.("button, a, summary")) return;
    const name = Object.keys(this.actions).find((action) => this.key(action) === pressed);
    if (!name || (event.repeat && !this.actions[name].repeats)) return;
    event.preventDefault();
    this.actions[name].run(event);
  }

  /** A list of all keys, each of which can be given another. */
  help() {
    const rows = Object.entries(this.actions).map(([name, action]) => {
      const button = h("button", { class: "small-button", type: "button", "aria-label": `${action.does}: ${this.key(name)}; choose another key` }, h("kbd", {}, this.key(name)));
      button.addEventListener("click", () => this.#rebind(name, button));
      return h("tr", {}, h("td", {}, action.does), h("td", {}, button));
    });
    const again = h("button", { type: "button", class: "plain" }, "As they were");
    const dialog = h("dialog", { "aria-labelledby": "keys-title" },
      h("h2", { id: "keys-title" }, "Keys"),
      h("p", { class: "quiet small" }, "Choose one to give it another key."),
      h("table", {}, h("tbody", {}, rows)),
      h("form", { method: "dialog", class: "row spread" }, again, h("button", { class: "primary" }, "Done")));
    again.addEventListener("click", () => {
      this.own = {};
      localStorage.removeItem(this.store);
      document.dispatchEvent(new CustomEvent("keys-changed"));
      dialog.close();
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  #rebind(name, button) {
    button.replaceChildren("press a key");
    button.addEventListener("keydown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (["Shift", "Control", "Alt", "Meta", "Tab"].includes(event.key)) return this.#rebind(name, button);
      const pressed = named(event);
      const taken = Object.keys(this.actions).some((other) => other !== name && this.key(other) === pressed);
      if (pressed !== "Escape" && pressed !== "?" && !taken) {
        this.own[name] = pressed;
        localStorage.setItem(this.store, JSON.stringify(this.own));
      }
      button.replaceChildren(h("kbd", {}, this.key(name)));
      document.dispatchEvent(new CustomEvent("keys-changed"));
    }, { once: true });
  }
}

/** A key's name; with Caps Lock it is the same key. */
function named(event) {
  if (event.key === " ") return "Space";
  return event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
}
