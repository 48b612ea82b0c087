// Elements, and a word to the person in front of them.

/** An element: h("p", { class: "quiet", onclick: f }, "text", child). Text is never read as HTML. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && key !== "list" && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The same for SVG. */
export function s(name, properties = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(properties)) {
    if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat());
  return element;
}

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

/** The data a page carries for its script: <script type="application/json" id="…">. */
export const carried = (id) => JSON.parse(document.getElementById(id).textContent);

/** Say something in a corner, and to a screen reader; `bad` stays twice as long. */
export function say(text, kind = "") {
  const place = document.getElementById("said");
  const line = h("p", { class: kind }, text);
  place.replaceChildren(...[...place.children].slice(-2), line);
  setTimeout(() => line.remove(), kind === "bad" ? 10_000 : 5_000);
}
