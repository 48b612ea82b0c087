// What others decide meanwhile, and what is written meanwhile, as the events tell it.

import { get } from "../lib/api.js";
import { $, h, say } from "../lib/dom.js";
import { subscribe } from "../lib/live.js";
import { fetchCard } from "./deck.js";
import { counted, said } from "./words.js";

const SETTLED = ["approve", "reject", "schedule", "expire", "place"];

/** Keep a page up to date; `expect(job)` of what comes back has the end of a job told. */
export function follow({ queue, deck, editor, query, show }) {
  const jobs = new Set();
  let isFirst = true;

  subscribe("decided", async (told) => {
    const card = deck.find(told.number);
    if (!card || queue.made(told.number, told.version) || told.version <= Number(card.dataset.version)) return;
    const isFront = card === deck.current;
    if (editor.card === card) {
      say(`${said(told, `candidate ${told.number}`)} while you edit it.`, "bad");
    } else if (SETTLED.includes(told.action) || (told.action === "skip" && !isFront)) {
      deck.remove(card);
      if (isFront) show(taken(card, told, () => deck.show()));
    } else {
      const fresh = await fetchCard(told.number, query).catch(() => null);
      if (fresh) deck.replace(card, fresh);
      if (isFront) say(`${said(told, `candidate ${told.number}`)}; this is how it is now.`);
    }
  });

  subscribe("counts", counted);

  subscribe("added", () => {
    if (deck.ended || !deck.current) deck.again();
  });

  subscribe("job", ({ id, state, detail }) => {
    if (!jobs.has(id) || state === "running") return;
    jobs.delete(id);
    say(state === "done" ? `More like that: ${detail}.` : `Nothing was written: ${detail}`, state === "done" ? "" : "bad");
  });

  // whatever happened while nothing was heard is looked up
  async function lookAgain() {
    const card = deck.current;
    deck.renew();
    if (!card || editor.card === card) return;
    const number = Number(card.dataset.number);
    const now = await get(`/candidates/${number}`).catch(() => null);
    if (!now || now.version === Number(card.dataset.version) || queue.made(number, now.version) || deck.current !== card) return;
    const fresh = await fetchCard(number, query).catch(() => null);
    if (fresh) deck.replace(card, fresh);
    say(`Candidate ${number} has changed; this is how it is now.`);
  }

  subscribe("missed", lookAgain);
  subscribe("connected", () => {
    if (!isFirst) lookAgain();
    isFirst = false;
  });
  return { expect: (job) => jobs.add(job) };
}

/** In the place of a card that somebody else has settled: no key may hit the one behind it unseen. */
function taken(card, told, next) {
  const title = h("h2", {}, said(told));
  return h("section", { class: "card taken", tabindex: "-1" }, title,
    h("p", { class: "text", dir: "auto" }, $(".lead", card).textContent),
    h("button", { type: "button", class: "primary", onclick: next }, "The next one"));
}
