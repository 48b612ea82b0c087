// The review: decide and advance in one key; what is decided here is sent in the background.

import { post } from "./lib/api.js";
import { $, $$, h, say } from "./lib/dom.js";
import { Keys } from "./lib/keys.js";
import { Deck, fetchCard } from "./review/deck.js";
import { Done } from "./review/done.js";
import { Editor, original } from "./review/editor.js";
import { follow } from "./review/others.js";
import { Queue } from "./review/queue.js";
import { Reasons } from "./review/reasons.js";
import { swipe } from "./review/swipe.js";
import { instant } from "./review/times.js";

const stage = $("#stage");
const { keep, person, query, mayDecide } = stage.dataset;
const empty = $("#nothing");
const DID = { approve: "Approved", reject: "Rejected", skip: "Left for later", schedule: "Scheduled", edit: "Edited" };

const queue = new Queue(keep, person);
const done = new Done(keep);
const editor = new Editor(keep, query);
const deck = new Deck(stage, nothing, isOver);
const reasons = new Reasons($$("#reasons option").map((one) => one.value), (id, reason, hadFocus) => {
  queue.release(id, { reason });
  if (reason) last(`Rejected: ${reason}.`, true);
  if (hadFocus) deck.current?.focus({ preventScroll: true });
});

const actions = {
  approve: { key: "a", does: "Approve", run: () => decide("approve") },
  edit: { key: "e", does: "Edit", run: () => here((card) => editor.open(card)) },
  reject: { key: "x", does: "Reject; then a number for the reason", run: () => decide("reject") },
  later: { key: "Space", does: "Later", run: () => decide("skip") },
  schedule: { key: "s", does: "Schedule", run: () => here(openSchedule) },
  undo: { key: "u", does: "Undo what you did last, up to twenty", run: undo },
  more: { key: "m", does: "More like this", run: () => here(more) },
  next: { key: "j", does: "The next one, without deciding", repeats: true, run: () => deck.step(1) || say("There is no further one.") },
  previous: { key: "k", does: "The one before", repeats: true, run: () => deck.step(-1) || say("This is the first.") },
};
if (!mayDecide) for (const name of Object.keys(actions)) if (!["next", "previous"].includes(name)) delete actions[name];
const keys = new Keys("review", actions);

/** The card in front, if it waits and nobody else has settled it. */
function here(run) {
  reasons.end();
  if (stage.firstElementChild?.matches(".taken")) return deck.show();
  const card = deck.current;
  return card && card.dataset.state === "pending" ? run(card) : undefined;
}

function decide(action, more = {}) {
  return here((card) => {
    const { number, version } = facts(card);
    // a reason may follow in the next key
    const id = queue.add({ number, version, action, ...more }, action === "reject" && more.reason === undefined);
    done.add({ number, version: version + 1, action, id }, card);
    leave(card);
    if (action === "reject" && more.reason === undefined) reasons.ask(id, `candidate ${number}`);
    deck.remove(card);
    deck.show();
    last(`${DID[action]} candidate ${number}.`, true);
  });
}

function save(card, text, isSure) {
  const { number, version } = facts(card);
  editor.leave();
  if (text === original(card)) return editor.forget(number);
  const before = original(card);
  const id = queue.add({ number, version, action: "edit", text, despite_verdicts: isSure || undefined });
  done.add({ number, version: version + 1, action: "edit", id, before }, card);
  $(".lead", card).replaceChildren(text);
  renumber(card, version + 1);
  return last(`Edited candidate ${number}; it waits for your decision.`, true);
}

function undo() {
  reasons.end();
  const item = done.take();
  if (!item) return say("There is nothing to undo.");
  const card = done.card(item.number);
  const version = queue.withdraw(item.id) ? item.version - 1 : item.version + 1;
  if (version > item.version) queue.add({ number: item.number, version: item.version, action: "undo" });
  done.moved(item.number, version);
  if (card) {
    if (item.before !== undefined) $(".lead", card).replaceChildren(item.before);
    renumber(card, version);
    deck.put(card);
  }
  return last(`Candidate ${item.number} is back.`, done.waiting > 0);
}

function openSchedule(card) {
  const details = $(".when", card);
  if (details.open) $("[name=when]", details).focus();
  else details.open = true; // a listener gives it the focus
}

/** Close what is open on a card; its keys are back. False where nothing is. */
function leave(card) {
  const open = card && $(".more details[open]", card);
  if (!open) return false;
  if (open.matches(".edit")) editor.leave();
  open.open = false;
  card.focus({ preventScroll: true });
  return true;
}

// opened by a key, a click or a finger: what it asks for comes next (`toggle` does not bubble)
stage.addEventListener("toggle", ({ target }) => {
  if (target.open && target.matches(".when")) $("[name=when]", target).focus();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$("dialog[open]") && leave(deck.current)) event.preventDefault();
});

stage.addEventListener("click", (event) => {
  if (event.target.closest("[data-leave]")) leave(event.target.closest("article"));
});

async function more(card) {
  try {
    const { job } = await post(`/candidates/${card.dataset.number}/variations`, { count: 10 });
    others.expect(job);
    say("Ten more like this are being written.");
  } catch (problem) {
    say(problem.message, "bad");
  }
}

// every form on a card has its way without scripts; here it is a key's
stage.addEventListener("submit", (event) => {
  const card = event.target.closest("article");
  if (!card) return;
  event.preventDefault();
  const action = event.submitter?.value || $("button[name=action]", event.target)?.value;
  const field = (name) => event.target.elements[name]?.value ?? "";
  if (event.target.matches(".like")) more(card);
  else if (action === "edit") save(card, field("text"), $("button[value=edit]", event.target).dataset.sure === "yes");
  else if (action === "schedule") decide("schedule", { scheduled_for: instant(field("when"), card.dataset.zone) });
  else if (action === "undo") takeBack(card);
  else if (event.target.closest(".why-not")) decide(action, { reason: field("reason").trim() });
  else decide(action);
});

/** Undo what was done to a card that is looked at by its number. */
async function takeBack(card) {
  const { number, version } = facts(card);
  queue.add({ number, version, action: "undo" });
  last(`Candidate ${number} is back.`);
}

queue.addEventListener("taken", async ({ detail: { item, result } }) => {
  if (item.action === "edit") editor.forget(item.number);
  const isStale = item.action === "edit" || item.action === "undo";
  if (isStale && (!result || result.version === item.version + 1)) await renew(item);
});

/** The card as the server shows it after an edit or an undo. */
async function renew({ number, version, action }) {
  if (!queue.made(number, version + 1) || queue.made(number, version + 2)) return;
  const card = await fetchCard(number, query).catch(() => null);
  const before = deck.find(number);
  // somebody quick has decided about it meanwhile
  if (!card || facts(card).version !== version + 1 || queue.made(number, version + 2)) return;
  if (queue.items.some((one) => one.number === number)) return;
  if (before && editor.card !== before) deck.replace(before, card);
  else if (!before && action === "undo" && card.dataset.state === "pending") deck.put(card);
}

queue.addEventListener("refused", async ({ detail: { item, problem } }) => {
  queue.drop(item.number);
  done.forget(item.number);
  const card = await fetchCard(item.number, query).catch(() => null);
  const before = deck.find(item.number);
  const isOpen = card?.dataset.state === "pending";
  if (before && !isOpen) deck.remove(before);
  else if (before && card) deck.replace(before, card);
  else if (isOpen) deck.put(card);
  deck.show(false);
  if (isOpen && item.action === "edit") {
    deck.put(card);
    editor.refused(card, item.text, problem.message, Boolean(problem.body?.verdicts));
  } else {
    say(`${problem.status === 409 ? "Somebody was faster" : "Not done"}: ${problem.message}`, "bad");
  }
});

/** What is shown once all are decided about; when more comes is asked for then. */
function nothing() {
  const shown = $(".nothing", stage) ?? empty.content.firstElementChild.cloneNode(true);
  if (!stage.contains(shown)) {
    fetch(`/review?${query}`).then((response) => response.text()).then((text) => {
      const fresh = $("#stage > .nothing", new DOMParser().parseFromString(text, "text/html"));
      if (fresh && shown.isConnected) shown.replaceChildren(...document.adoptNode(fresh).children);
    }).catch(() => {});
  }
  return shown;
}

function isOver(card) {
  const { number, version } = facts(card);
  return queue.made(number, version + 1) || queue.items.some((item) => item.number === number);
}

const facts = (card) => ({ number: Number(card.dataset.number), version: Number(card.dataset.version) });

function renumber(card, version) {
  card.dataset.version = version;
  card.dataset.state = "pending";
  for (const field of $$("input[name=version]", card)) field.value = version;
}

function prepare(card) {
  editor.prepare(card);
  for (const kbd of $$("[data-key]", card)) kbd.textContent = keys.key(kbd.dataset.key);
}

const status = h("p", { class: "last", role: "status" });
const unsent = h("p", { class: "chip warn", hidden: true });

/** What was done last, and its way back. */
function last(text, canUndo = false) {
  const button = h("button", { type: "button", class: "plain small-button", onclick: undo }, "Undo ", h("kbd", { "data-key": "undo" }, mayDecide ? keys.key("undo") : "u"));
  status.replaceChildren(h("span", {}, text), canUndo ? button : "");
}

function tellUnsent() {
  const count = queue.waiting;
  unsent.hidden = !queue.away || count === 0;
  unsent.replaceChildren(`${count} decision${count === 1 ? " waits" : "s wait"} for the service`);
}

$(".review-head").parentElement.classList.add("scripted");
$("#tools").append(unsent, status, h("button", { type: "button", class: "plain small-button keys", onclick: () => keys.help() }, "Keys ", h("kbd", {}, "?")));
queue.addEventListener("changed", tellUnsent);
deck.addEventListener("shown", () => deck.current && prepare(deck.current));
deck.addEventListener("ready", ({ detail }) => detail.forEach(prepare));
document.addEventListener("keys-changed", () => deck.cards.forEach(prepare));
if (mayDecide) swipe(stage, (action) => decide(action));
const others = follow({ queue, deck, editor, query, show: (panel) => (stage.replaceChildren(panel), panel.focus({ preventScroll: true })) });

if (deck.current && isOver(deck.current)) deck.remove(deck.current);
deck.show(false);
performance.mark("review-usable");
queue.start();
if (deck.current) editor.resume(deck.current);
for (const number of editor.drafts) {
  if (number !== Number(deck.current?.dataset.number)) {
    status.append(h("a", { href: `/review?number=${number}` }, `Unsaved edit of candidate ${number}`), " ");
  }
}
