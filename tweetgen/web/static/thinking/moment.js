// What is told about one token: how likely it was, what else it might have been, where the network looked.

import { h, s } from "../lib/dom.js";

const signs = { "\n": "↵", "\r": "↵", "\t": "⇥", " ": "␣" };
const seen = (text) => (text === "" ? "END" : /^\s+$/.test(text) ? [...text].map((sign) => signs[sign] ?? "␣").join("") : text);
const percent = (share) => {
  if (share >= 0.995) return share >= 0.999 ? "over 99.9%" : "over 99%";
  if (share >= 0.0995) return `${(100 * share).toFixed(0)}%`;
  return share >= 0.001 ? `${(100 * share).toFixed(1)}%` : "under 0.1%";
};
const looked = 6;

function bar(share) {
  const width = (100 * share).toFixed(2);
  return s("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { width, height: 10, rx: 1 }));
}

/** A row that says how likely something is. */
function row(share, most, what, { onclick = null, label = null, is = false } = {}) {
  const parts = [bar(share / most), h("span", { class: is ? "what is" : "what", dir: "auto" }, what), h("span", { class: "number" }, percent(share))];
  const properties = onclick ? { type: "button", class: "other", onclick, "aria-label": label } : { class: "only" };
  return h("li", {}, h(onclick ? "button" : "div", properties, parts));
}

/** The panel's content where no token is chosen. */
export function idle() {
  return [
    h("h2", {}, "Token by token"),
    h("p", { class: "quiet" }, "Point at a token, or choose one with ", h("kbd", {}, "Tab"), " and the arrow keys: here stands what it might have been, and where the attention looked."),
  ];
}

/** The panel's content. `replace(place, text)` puts another token there, `back()` is to the token, `leave()` to none. */
export function moment(explained, place, attention, { replace, back, leave }) {
  const thought = explained.thoughts[place];
  const rank = thought.rank === 1 ? "the likeliest of all" : `number ${thought.rank.toLocaleString("en")} by likelihood`;
  const most = Math.max(...thought.alternatives.map((one) => one.probability));
  const others = thought.alternatives.map((one) => {
    if (one.chosen) return row(one.probability, most, thought.tokens > 1 ? `${seen(thought.text)} (its first part)` : `${seen(one.text)} (as it is)`, { is: true });
    if (!one.whole) return row(one.probability, most, "part of a character");
    const label = `Read it with ${seen(one.text).trim()} there, ${percent(one.probability)}`;
    return row(one.probability, most, seen(one.text), { onclick: () => replace(place, one.text), label });
  });
  const parts = [
    h("h2", {}, h("b", { dir: "auto" }, seen(thought.text).trim()), h("span", { class: "quiet" }, percent(thought.probability))),
    h("p", {}, `${thought.bits.toFixed(1)} bits of surprise; ${rank}.${thought.tokens > 1 ? ` ${thought.tokens} tokens together.` : ""}`),
    h("h3", {}, "What might have been"),
    h("ul", { class: "others" }, others),
    ...lookedAt(explained, place, attention),
    h("button", { type: "button", class: "plain small-button", onclick: leave }, "Close"),
  ];
  const panel = document.getElementById("moment");
  panel.onkeydown = (event) => {
    if (event.key === "Escape") back();
  };
  return parts;
}

function lookedAt(explained, place, attention) {
  if (!attention.length) return [];
  const named = attention.map((share, at) => ({ share, text: at ? seen(explained.thoughts[at - 1].text) : "the start" }));
  const best = named.sort((one, other) => other.share - one.share).slice(0, looked);
  return [h("h3", {}, "Where the attention looked"), h("ul", { class: "others" }, best.map(({ share, text }) => row(share, best[0].share, text)))];
}
