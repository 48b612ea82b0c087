// Keeps parts of a page as they are now by asking for the page again; says so when nobody answers.

import { $, $$, say } from "./dom.js";

const parts = '[id^="fresh-"]';
let silent = null;
let shown = new Map();

const typing = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
const busy = (part) => typing(part) || $("details[open]", part) !== null && part.contains(document.activeElement);

/** Where the person is within a part, so that they still are once it is exchanged. */
function place(part) {
  const at = document.activeElement;
  if (!part.contains(at) || at === document.body) return null;
  if (at.id) return `#${CSS.escape(at.id)}`;
  return at.dataset.key ? `[data-account="${CSS.escape(at.dataset.account)}"][data-key="${CSS.escape(at.dataset.key)}"]` : null;
}

function exchange(page) {
  for (const part of $$(parts)) {
    const fresh = page.getElementById(part.id);
    if (!fresh) continue;
    const before = shown.get(part.id) ?? part.innerHTML;
    const after = fresh.innerHTML;
    if (before === after) shown.set(part.id, after);
    if (before === after || busy(part)) continue;
    const open = $$("details[open]", part).map((one) => one.id).filter(Boolean);
    const at = place(part);
    part.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    shown.set(part.id, after);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (at) $(at, part)?.focus({ preventScroll: true });
  }
}

function fell(why) {
  if (silent) return;
  silent = new Date();
  const told = $("#stale");
  const since = silent.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  told.textContent = `${why} This is how it stood at ${since}; it renews itself as soon as it can.`;
  told.hidden = false;
}

/** Ask for the page now; whether it came. */
export async function renew() {
  let answer;
  try {
    answer = await fetch(location.href, { headers: { accept: "text/html" } });
  } catch {
    fell("The pages do not answer.");
    return false;
  }
  if (new URL(answer.url).pathname === "/login") return location.reload(), false;
  if (!answer.ok) {
    fell("The pages cannot read what they show.");
    return false;
  }
  exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (silent) {
    silent = null;
    $("#stale").hidden = true;
    say("It answers again.");
  }
  return true;
}

/** Every so many seconds, unless nobody looks or `hold()` says that something is under way. */
export function keepFresh(seconds, hold = () => false) {
  const look = () => document.hidden || hold() || $("dialog[open]") || renew();
  setInterval(look, seconds * 1000);
  document.addEventListener("visibilitychange", look);
}
