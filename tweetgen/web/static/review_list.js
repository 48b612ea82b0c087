// The list: choose one, a run of them with shift, or all in view; one key for what is to become of them.

import { $, $$, h } from "./lib/dom.js";
import { Keys } from "./lib/keys.js";
import { subscribe } from "./lib/live.js";
import { counted, said } from "./review/words.js";

const form = $("#many");
const main = $(".review-head").parentElement;
main.classList.add("scripted");
subscribe("counts", counted);

if (form) {
  const boxes = () => $$('input[name="chosen"]', form);
  const all = $("#all", form);
  let before = null;

  const tell = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    const some = chosen > 0 && chosen < boxes().length;
    if (all) {
      all.checked = chosen > 0 && !some;
      all.indeterminate = some;
      $("#chosen", form).textContent = chosen ? `${chosen} of ${boxes().length} chosen` : `Select all ${boxes().length}`;
    }
    for (const button of $$(".bulk button", form)) button.disabled = chosen === 0;
  };

  form.addEventListener("click", (event) => {
    const box = event.target.closest('input[name="chosen"]');
    if (!box) return;
    if (event.shiftKey && before) {
      const list = boxes();
      const [from, to] = [list.indexOf(before), list.indexOf(box)].sort((a, b) => a - b);
      for (const one of list.slice(from, to + 1)) one.checked = box.checked;
    }
    before = box;
    tell();
  });
  all?.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    tell();
  });

  const choose = (action) => {
    const button = $(`.bulk button[value="${action}"]`, form);
    if (button && !button.disabled) form.requestSubmit(button);
  };
  const step = (by) => {
    const list = boxes();
    const at = list.indexOf(document.activeElement);
    list[Math.min(Math.max(at < 0 ? 0 : at + by, 0), list.length - 1)]?.focus();
  };
  const isDecided = Boolean($('.bulk button[value="undo"]', form));
  const deciding = isDecided
    ? { undo: { key: "u", does: "Undo the chosen", run: () => choose("undo") } }
    : {
      approve: { key: "a", does: "Approve the chosen", run: () => choose("approve") },
      reject: { key: "x", does: "Reject the chosen", run: () => choose("reject") },
      later: { key: "l", does: "Leave the chosen for later", run: () => choose("skip") },
    };
  const keys = new Keys(isDecided ? "review-decided" : "review-list", {
    ...($(".bulk", form) ? deciding : {}),
    all: { key: "*", does: "Select all, or none", run: () => all?.click() },
    next: { key: "j", does: "The next one; Space chooses it", repeats: true, run: () => step(1) },
    previous: { key: "k", does: "The one before", repeats: true, run: () => step(-1) },
  });
  $(".bulk", form)?.append(h("button", { type: "button", class: "plain keys", onclick: () => keys.help() }, "Keys ", h("kbd", {}, "?")));

  subscribe("decided", (told) => {
    const box = boxes().find((one) => one.value.startsWith(`${told.number}:`));
    if (!box || Number(box.value.split(":")[1]) >= told.version) return;
    const row = box.closest("li");
    box.checked = false;
    box.remove();
    row.prepend(h("span"));
    $(".about", row).append(h("strong", {}, said(told)));
    tell();
  });
  addEventListener("pageshow", tell);
  tell();
}
