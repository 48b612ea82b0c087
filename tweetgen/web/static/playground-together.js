// A text that a person and the network write in turns: next words as buttons and number keys.

import { post } from "./lib/api.js";
import { $, $$, h, s, say } from "./lib/dom.js";
import { Keys } from "./lib/keys.js";
import { copy, send } from "./playground-send.js";
import { followModel, keepTabs, Voice, voiceQuery } from "./playground-voice.js";

const WAYS = 9;
/** A word that was chosen is whole; one that was typed may still grow. */
const GROWS = /^[\p{L}\p{N}\p{M}]/u;
const area = $("#text");
const list = $("#ways");
const voice = new Voice(changed);
/** The text before each choice and each time of typing. */
const past = $$('[name="at"]').map((at) => [...area.value].slice(0, Number(at.value)).join(""));
let before = area.value;
let typing = false;
/** Whether suggestions are on their way, and whether they are for what stands there no more. */
let asking = false;
let stale = false;
/** As they came with the page. */
let ways = $$(".way", list).map((button) => ({ text: button.value, ends: !button.value }));

function query() {
  const found = voiceQuery(voice);
  if (area.value) found.set("text", area.value);
  return found;
}

function changed() {
  history.replaceState(null, "", `?${query()}`);
  keepTabs(voice);
  $("#length").textContent = [...area.value].length;
  $("#back").disabled = !past.length;
  suggest();
}

/** Ask for the next words; never twice at a time, and for the newest text last. */
async function suggest() {
  if (asking) {
    stale = true;
    return;
  }
  asking = true;
  list.setAttribute("aria-busy", "true");
  try {
    const body = { text: area.value, voice: voice.shares, count: 2 * WAYS };
    const found = await post(`/models/${encodeURIComponent(voice.model)}/continuations`, body);
    show(found.items.filter(({ text }) => typing || !past.length || !GROWS.test(text)).slice(0, WAYS));
  } catch (problem) {
    say(problem.message, "bad");
  }
  asking = false;
  if (stale) {
    stale = false;
    suggest();
  } else {
    list.removeAttribute("aria-busy");
  }
}

/** Buttons stay what they are, so that none loses the focus. */
function show(items) {
  ways = items;
  while (list.children.length < items.length) list.append(row(list.children.length));
  while (list.children.length > items.length) list.lastElementChild.remove();
  items.forEach(({ text, probability, ends }, place) => {
    const button = $("button", list.children[place]);
    button.disabled = false;
    const word = $(".word", button);
    word.textContent = ends ? "the end" : text;
    word.classList.toggle("ends", ends);
    const percent = 100 * probability;
    $(".number", button).textContent = `${percent.toFixed(percent < 9.5 ? 1 : 0)}%`;
    $("rect", button).setAttribute("width", `${percent.toFixed(1)}%`);
  });
}

function row(place) {
  const bar = s("svg", { class: "likely", "aria-hidden": "true" }, s("rect", { width: "0%", height: "100%" }));
  return h("li", {}, h("button", { type: "button", class: "way" },
    h("kbd", {}, String(place + 1)), h("span", { class: "word", dir: "auto" }), h("span", { class: "quiet number" }), bar));
}

function choose(place) {
  const way = ways[place];
  if (!way || stale || asking) return;
  if (way.ends) {
    $("#copy").focus();
    say("The network would end here.");
    return;
  }
  if (area.value.length + way.text.length > area.maxLength) {
    say("The text is as long as it may be.", "bad");
    return;
  }
  become(area.value + way.text, true);
}

function become(text, remember) {
  if (remember) past.push(area.value);
  area.value = before = text;
  area.scrollTop = area.scrollHeight;
  typing = false;
  changed();
}

function back() {
  if (past.length) become(past.pop(), false);
}

area.addEventListener("input", () => {
  if (!typing) past.push(before);
  typing = true;
  before = area.value;
  changed();
});
area.addEventListener("keydown", (event) => {
  if (event.key === "Escape") area.blur();
});
list.addEventListener("click", (event) => {
  const button = event.target.closest(".way");
  if (!button) return;
  event.preventDefault();
  choose([...list.children].indexOf(button.parentElement));
});
$("#ask").addEventListener("submit", (event) => event.preventDefault());
$("#back").addEventListener("click", back);
$("#copy").addEventListener("click", () => copy(area.value));
$("#anew").addEventListener("click", () => become("", true));
$("#send-it")?.addEventListener("click", async (event) => {
  event.preventDefault();
  await send({ model: voice.model, voice: voice.shares, text: area.value }, event.target);
  event.target.disabled = false;
});
for (const name of ["copy", "anew"]) $(`#${name}`).hidden = false;
followModel(query);
for (const button of $$(".way", list)) button.disabled = false;
const chosen = Array.from({ length: WAYS }, (_, place) => [`way${place + 1}`, { key: String(place + 1), does: `Choose word ${place + 1}`, run: () => choose(place) }]);
new Keys("together", { ...Object.fromEntries(chosen), back: { key: "Backspace", does: "Take back", run: back, repeats: true } });
