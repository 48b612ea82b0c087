// Talks to /api/v1: JSON in, JSON out, problems as errors that can be shown.

const token = document.querySelector('meta[name="tweetgen-token"]')?.content ?? "";

/** What went wrong; `message` is for people, `status` 0 means: nobody answered. */
export class Problem extends Error {
  constructor(status, detail, body = {}) {
    super(detail);
    this.status = status;
    this.body = body;
  }
}

/** The JSON of an answer; throws Problem. `body` is sent as JSON, `signal` breaks off, `keepalive` outlives the page. */
export async function ask(method, path, { body, signal, keepalive } = {}) {
  const response = await open(method, path, { body, signal, keepalive });
  return response.status === 204 ? null : response.json();
}

export const get = (path, options) => ask("GET", path, options);
export const post = (path, body, options) => ask("POST", path, { ...options, body });

/** Every line of an answer of JSON lines, as it comes. */
export async function* lines(method, path, { body, signal } = {}) {
  const response = await open(method, path, { body, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    const parts = (rest + (value ?? "")).split("\n");
    rest = parts.pop();
    for (const part of parts) if (part) yield JSON.parse(part);
    if (done) break;
  }
  if (rest) yield JSON.parse(rest);
}

async function open(method, path, { body, signal, keepalive }) {
  const headers = { accept: "application/json", "x-tweetgen-token": token };
  if (body !== undefined) headers["content-type"] = "application/json";
  const sent = body === undefined ? undefined : JSON.stringify(body);
  let response;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, body: sent, signal, keepalive });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "The service does not answer; trying again as soon as it does.");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401) location.assign(`/login?to=${encodeURIComponent(location.pathname)}`);
  throw new Problem(response.status, problem.detail ?? response.statusText, problem);
}
