// How it thinks: looking at tokens one by one, another word in a token's place, and the drawing while one types.

import { $, $$, carried, h, say } from "./lib/dom.js";
import { idle, moment } from "./thinking/moment.js";
import { Strip } from "./thinking/strip.js";

/** Milliseconds without a key before a text is asked about. */
const PAUSE = 350;

const form = $("#asked");
const box = $("#text");
const place = $("#thoughts");
const before = []; // texts, to be taken back to
const back = h("button", { type: "button", class: "plain", hidden: true, onclick: takeBack }, "Take back");
let strip;
let asking = null;
let timer = 0;

/** Make what the server has drawn answer to pointer and keys. */
function begin(chosen = null) {
  strip = new Strip(carried("thoughts-data"), show);
  place.classList.add("can-look");
  if (chosen === null) show(null);
  else strip.choose(Math.min(chosen, strip.explained.thoughts.length - 1));
}

const ways = { replace, back: () => strip.focus(), leave: () => strip.leave() };

function show(chosen) {
  const panel = $("#moment");
  panel.hidden = false;
  panel.classList.toggle("idle", chosen === null);
  if (chosen === null) return panel.replaceChildren(...idle());
  panel.replaceChildren(...moment(strip.explained, chosen, strip.attention(chosen), ways));
}

/** Read the text with another token where the chosen one stands. */
function replace(chosen, text) {
  const thought = strip.explained.thoughts[chosen];
  const signs = [...strip.explained.text]; // code points, as the places are
  before.push(strip.explained.text);
  box.value = [...signs.slice(0, thought.start), text, ...(text ? signs.slice(thought.end) : [])].join("");
  back.hidden = false;
  say(text ? `Now with “${text.trim()}” there.` : "Now it ends there.");
  update(chosen);
}

function takeBack() {
  box.value = before.pop();
  back.hidden = before.length === 0;
  if (back.hidden) box.focus();
  update();
}

/** Have the text drawn anew; `focused`: the token to go on from. */
async function update(focused = null) {
  clearTimeout(timer);
  asking?.abort();
  const mine = (asking = new AbortController());
  const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: mine.signal });
    const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) throw new Error($("main p", drawn)?.textContent ?? answer.statusText);
    if (!$("#thoughts", drawn)) return location.reload();
    history.replaceState(null, "", address);
    exchange(document.importNode($("#thoughts", drawn), true));
    begin(focused);
    if (focused !== null) strip.focus();
  } catch (error) {
    if (error.name !== "AbortError") say(error.message === "Failed to fetch" ? "The service does not answer." : error.message, "bad");
  } finally {
    if (asking === mine) place.removeAttribute("aria-busy");
  }
}

/** Put the new drawing in the old one's place, with what a person has opened or switched off. */
function exchange(drawn) {
  const sort = $('input[name="sort"]:checked', place)?.value;
  const open = $(".numbers", place)?.open;
  const off = new Set($$(".hands input:not(:checked)", place).map((input) => input.dataset.author));
  strip.end();
  place.replaceChildren(...drawn.childNodes);
  const again = $(`input[name="sort"][value="${sort}"]`, place);
  if (again) again.checked = true;
  if (open) $(".numbers", place).open = true;
  for (const input of $$(".hands input", place)) input.checked = !off.has(input.dataset.author);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => update(), PAUSE);
}

box.addEventListener("input", soon);
for (const chosen of $$("select", form)) {
  // another model knows other authors: the whole page is another
  chosen.addEventListener("change", () => (chosen.id === "model" ? form.requestSubmit() : update()));
}
$("#compare")?.addEventListener("change", () => update());
form.addEventListener("submit", () => clearTimeout(timer));
$(".actions", form).append(back);
begin();
