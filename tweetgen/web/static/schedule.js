// The week: slots moved by pointer or key, always as it stands now.

import { post } from "./lib/api.js";
import { $, $$, h, say } from "./lib/dom.js";
import { keepFresh, renew } from "./lib/fresh.js";
import { Keys } from "./lib/keys.js";
import { Drag } from "./schedule-drag.js";

document.documentElement.classList.add("scripted");

/** Give a slot another time (as its account's clock shows it); one that is only planned is made first. */
async function move(card, local) {
  const { account, key, slot } = card.dataset;
  if (local === card.dataset.local) return;
  card.classList.add("taken");
  try {
    const number = slot ?? (await post("/slots/ahead", { account, key })).number;
    const moved = await post(`/slots/${number}/move`, { due_at: local });
    say(moved.hint ? `Moved. ${moved.hint}` : `Moved to ${local.replace("T", " ")}`, moved.hint ? "" : "good");
  } catch (problem) {
    card.classList.remove("taken");
    say(problem.message, "bad");
  }
  await renew();
}

/** Ask for a time in a dialog. */
function ask(card) {
  const field = h("input", { type: "datetime-local", id: "move-when", name: "when", value: card.dataset.local, required: true });
  const dialog = h("dialog", { "aria-labelledby": "move-title" },
    h("h2", { id: "move-title" }, `Move the slot of ${card.dataset.account}`),
    h("form", { method: "dialog" },
      h("label", { for: "move-when" }, "To"), field,
      h("div", { class: "row" },
        h("button", { class: "primary", value: "move" }, "Move"),
        h("button", { value: "", formnovalidate: true }, "Leave it"))));
  dialog.addEventListener("close", () => {
    const wanted = dialog.returnValue === "move" ? field.value : null;
    dialog.remove();
    card.focus();
    if (wanted) move(card, wanted);
  });
  document.body.append(dialog);
  dialog.showModal();
}

const inFocus = () => document.activeElement?.closest?.(".moment") ?? null;

/** To the card before or after the one in focus. */
function step(by) {
  const cards = $$(".moment");
  const at = cards.indexOf(inFocus());
  cards[at < 0 ? 0 : Math.min(Math.max(at + by, 0), cards.length - 1)]?.focus();
}

new Keys("schedule", {
  next: { key: "j", does: "Next slot", repeats: true, run: () => step(1) },
  previous: { key: "k", does: "Slot before", repeats: true, run: () => step(-1) },
  move: {
    key: "m",
    does: "Move the slot in focus",
    run: () => {
      const card = inFocus();
      if (card?.classList.contains("movable")) ask(card);
      else say(card ? "This one cannot be moved any more." : "Choose a slot first: j and k go from one to the next.");
    },
  },
  later: { key: "l", does: "Week after", run: () => $("#after").click() },
  earlier: { key: "h", does: "Week before", run: () => $("#before").click() },
});

const drag = new Drag(move);
for (const field of $$("#which select, #which input[type=checkbox]")) field.addEventListener("change", () => field.form.submit());
keepFresh(20, () => drag.busy);
