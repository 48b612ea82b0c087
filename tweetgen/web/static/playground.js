// Texts that grow side by side as the network writes them.

import { lines } from "./lib/api.js";
import { $, $$, h, say } from "./lib/dom.js";
import { Keys } from "./lib/keys.js";
import { copy, send } from "./playground-send.js";
import { followModel, keepTabs, Voice, voiceQuery } from "./playground-voice.js";

const DEFAULTS = { prefix: "", count: "12", seed: "", temperature: "0.8", top_p: "1", guidance: "1", max_length: "280" };
const form = $("#ask");
const grid = $("#texts");
const voice = new Voice(changed);
/** Breaks off what is being written. */
let running = null;

/** A setting's value; a model of no authors has no guidance to set. */
const value = (name) => form.elements[name]?.value ?? DEFAULTS[name];

function query() {
  const found = voiceQuery(voice);
  for (const [name, usual] of Object.entries(DEFAULTS)) if (value(name) !== usual) found.set(name, value(name));
  return found;
}

/** All but the seed that it takes to write these texts again. */
function wish() {
  const writing = { max_length: Number(value("max_length")) };
  for (const name of ["temperature", "top_p", "guidance"]) writing[name] = Number(value(name));
  return { voice: voice.shares, prefix: value("prefix"), writing };
}

function changed() {
  for (const slider of $$(".slider")) {
    const output = $("output", slider);
    const shown = $("input", slider).value;
    output.value = output.dataset.off && shown === "1" ? output.dataset.off : shown;
  }
  history.replaceState(null, "", `?${query()}`);
  keepTabs(voice);
}

function card(seed, wanted, text = "") {
  const again = query();
  for (const [name, is] of [["seed", seed], ["count", 1], ["write", 1]]) again.set(name, is);
  const words = document.createTextNode(text);
  const about = h("span", { class: "quiet small" }, h("a", { class: "seed", href: `?${again}`, title: "Write this text again" }, `seed ${seed}`));
  const buttons = h("span", { class: "row", hidden: true });
  const element = h("li", { class: "card writing", "data-seed": seed },
    h("p", { class: "text", dir: "auto" }, words), h("div", { class: "row spread foot" }, about, buttons));
  return { element, words, about, buttons, seed, wanted };
}

function finish(one, { complete }) {
  one.element.classList.remove("writing");
  if (!complete) one.about.append(" · ", h("span", { title: "It reached the longest length allowed" }, "cut"));
  one.buttons.append(h("button", { type: "button", class: "plain small-button copy" }, "Copy"));
  if (grid.dataset.sends === "1") one.buttons.append(h("button", { type: "button", class: "plain small-button send" }, "To review"));
  one.buttons.hidden = false;
  arm(one.element, one.wanted);
}

/** Make a finished card's buttons work. */
function arm(element, wanted) {
  const text = () => $(".text", element).textContent;
  const button = $(".copy", element);
  button.hidden = false;
  button.addEventListener("click", () => copy(text()));
  $(".send", element)?.addEventListener("click", async (event) => {
    event.preventDefault();
    const arrived = await send({ ...wanted, model: voice.model, text: text(), seed: Number(element.dataset.seed) }, event.target);
    if (arrived) event.target.textContent = "Sent";
  });
}

async function write() {
  if ($("#write").disabled || !form.reportValidity()) return;
  running?.abort();
  const mine = (running = new AbortController());
  const wanted = wish();
  const count = Number(value("count"));
  const seed = value("seed") === "" ? crypto.getRandomValues(new Uint32Array(1))[0] : Number(value("seed"));
  const cards = Array.from({ length: count }, (_, place) => card(seed + place, wanted));
  grid.replaceChildren(...cards.map((one) => one.element));
  show(mine, count, seed);
  try {
    const body = { ...wanted, count, seed };
    for await (const line of lines("POST", `/models/${encodeURIComponent(voice.model)}/texts/stream`, { body, signal: mine.signal })) {
      const one = cards[line.index];
      one.words.appendData(line.piece);
      if (line.done) finish(one, line);
    }
    say(count === 1 ? "The text is written." : `${count} texts are written.`);
  } catch (problem) {
    for (const one of cards) if (one.element.classList.replace("writing", "broken") && !one.words.length) one.element.remove();
    if (problem.name !== "AbortError") say(problem.message, "bad");
  }
  if (running === mine) done();
}

function show(mine, count, seed) {
  const address = query();
  address.set("write", 1);
  address.set("from", seed);
  history.replaceState(null, "", `?${address}`);
  Object.assign($("#share"), { href: `?${address}`, hidden: false });
  $("#none").hidden = true;
  $("#stop").hidden = false;
  // where all stands in one column, the texts come first now
  if (matchMedia("(max-width: 60rem)").matches) $(".more", form).open = false;
  grid.setAttribute("aria-busy", "true");
}

function done() {
  running = null;
  $("#stop").hidden = true;
  grid.removeAttribute("aria-busy");
  $("#none").hidden = grid.childElementCount > 0;
}

const stop = () => running?.abort();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  write();
});
form.addEventListener("input", changed);
form.addEventListener("keydown", (event) => {
  if (event.key === "Escape") stop();
  if (event.key === "Enter" && event.target.id === "prefix" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    write();
  }
});
$("#stop").addEventListener("click", stop);
$("#share").addEventListener("click", (event) => {
  event.preventDefault();
  copy(event.target.href);
});
followModel(query);
for (const element of $$("li", grid)) arm(element, wish());
for (const slider of $$(".slider")) {
  const output = $("output", slider);
  if (output.dataset.off && $("input", slider).value === "1") output.value = output.dataset.off;
}
keepTabs(voice);
new Keys("playground", {
  write: { key: "w", does: "Write", run: write },
  stop: { key: "Escape", does: "Stop writing", run: stop },
});
