// Votes by keys; the form does the rest, with or without this script.

import { $, $$ } from "./lib/dom.js";
import { Keys } from "./lib/keys.js";

const form = $("#ballot");
const choose = (choice) => () => $(`button[value="${choice}"]`, form).click();

const keys = new Keys("vote", {
  one: { key: "1", does: "The first is better", run: choose("one") },
  two: { key: "2", does: "The second is better", run: choose("two") },
  neither: { key: "0", does: "Neither is better", run: choose("neither") },
});

function showKeys() {
  for (const shown of $$("[data-key]", form)) {
    shown.textContent = keys.key(shown.dataset.key);
    shown.hidden = false;
  }
}

document.addEventListener("keys-changed", showKeys);
showKeys();

// one ballot, one vote: a second press while the page is on its way changes nothing
let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener("pageshow", () => { sent = false; });
