// Where a finished text goes: the clipboard, or an account's review.

import { post } from "./lib/api.js";
import { $, h, say } from "./lib/dom.js";

/** Copy a text; addresses that are not secure have no clipboard but this old one. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "visually-hidden" }, text);
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say("Copied.");
}

/** Send a text to review; whether it arrived there. `wanted`: a submission as the API takes it. */
export async function send(wanted, button) {
  const account = $("#account").value.trim();
  button.disabled = true;
  try {
    const sent = await post(`/accounts/${encodeURIComponent(account)}/submissions`, wanted);
    say(`Sent to the review of ${sent.account}: candidate ${sent.number}.`, "good");
    return true;
  } catch (problem) {
    say(problem.message, "bad");
    button.disabled = false;
    return false;
  }
}
