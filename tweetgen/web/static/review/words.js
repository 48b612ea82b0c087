// What others did, in words; and how much waits.

import { $, h } from "../lib/dom.js";

const DID = {
  approve: "approved", reject: "rejected", schedule: "scheduled", skip: "left for later", edit: "edited", undo: "took back a decision about",
  expire: "let expire", place: "gave to the outbox",
};

/** Such as "ann approved this one". */
export const said = ({ actor, action }, what = "this one") => `${actor} ${DID[action] ?? action} ${what}`;

/** Show how many wait. */
export function counted({ total, accounts }) {
  $("[data-total]").textContent = total.toLocaleString("en");
  const names = Object.entries(accounts);
  const parts = names.length > 1 ? names.map(([name, count]) => h("span", { class: "of" }, `${name} `, h("span", { class: "number" }, count.toLocaleString("en")))) : [];
  $("[data-accounts]").replaceChildren(...parts.flatMap((part) => [" · ", part]));
}
