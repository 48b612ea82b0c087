// A finger on the card: to the right approves, to the left rejects; up and down scrolls as ever.

import { $, h } from "../lib/dom.js";

const START = 12; // px before it is a swipe
const SURE = 0.28; // of the card's width
const FAST = 0.6; // px a millisecond

/** `decide(action)` is called where a card in `stage` was swiped far or fast enough. */
export function swipe(stage, decide) {
  let touch = null;

  stage.addEventListener("pointerdown", (event) => {
    const sheet = event.target.closest(".sheet");
    if (event.pointerType === "mouse" || !event.isPrimary || !sheet || event.target.closest("textarea, input, select, button, summary, a")) return;
    if (!$(".decide button[value=approve]", sheet) || $(".edit[open]", sheet)) return;
    touch = { id: event.pointerId, sheet, x: event.clientX, y: event.clientY, at: event.timeStamp, moving: false };
  });

  stage.addEventListener("pointermove", (event) => {
    if (event.pointerId !== touch?.id) return;
    const x = event.clientX - touch.x;
    if (!touch.moving) {
      if (Math.abs(x) < START || Math.abs(x) < 1.5 * Math.abs(event.clientY - touch.y)) return;
      begin(touch);
    }
    pull(touch, x);
  });

  stage.addEventListener("pointerup", (event) => {
    if (event.pointerId !== touch?.id) return;
    const ended = touch;
    touch = null;
    if (!ended.moving) return;
    const x = event.clientX - ended.x;
    const isFast = Math.abs(x) / Math.max(1, event.timeStamp - ended.at) > FAST && Math.abs(x) > 4 * START;
    const isFar = Math.abs(x) > SURE * ended.sheet.offsetWidth;
    rest(ended);
    if (isFar || isFast) decide(x > 0 ? "approve" : "reject");
  });

  stage.addEventListener("pointercancel", (event) => {
    if (event.pointerId !== touch?.id) return;
    if (touch.moving) rest(touch);
    touch = null;
  });
}

function begin(touch) {
  touch.moving = true;
  touch.sheet.setPointerCapture?.(touch.id);
  touch.sheet.classList.add("moving");
  touch.good = h("span", { class: "swipe good", "aria-hidden": "true" }, "Approve");
  touch.bad = h("span", { class: "swipe bad", "aria-hidden": "true" }, "Reject");
  touch.sheet.append(touch.good, touch.bad);
}

function pull({ sheet, good, bad }, x) {
  const far = Math.min(1, Math.abs(x) / (SURE * sheet.offsetWidth));
  sheet.style.setProperty("transform", `translateX(${x}px) rotate(${x / 60}deg)`);
  const [mine, other] = x > 0 ? [good, bad] : [bad, good];
  mine.style.setProperty("--pulled", far);
  mine.classList.toggle("sure", far === 1);
  other.style.setProperty("--pulled", 0);
}

function rest({ sheet, good, bad }) {
  sheet.classList.remove("moving");
  sheet.style.removeProperty("transform");
  good.remove();
  bad.remove();
}
