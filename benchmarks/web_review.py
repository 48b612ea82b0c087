"""From a key to the next card on the screen in Chromium, and the first load of the review page; one line of JSON.

python -m benchmarks.web_review [--pending 100000] [--keys 200]

The pages are served by a process of their own over an SQLite store with that many candidates pending. A key counts as
answered when the frame after the one that shows the next card begins (two calls of requestAnimationFrame): by then it
is painted. Decisions go to the service in the background meanwhile, as they do for a person.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.review import instance

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: milliseconds between two keys: a quick reader of short texts
_PACE = 250
_MEASURE = """() => {
  window.pressed = [];
  addEventListener("keydown", (event) => {
    const before = document.querySelector("#stage > article")?.dataset.number;
    const began = event.timeStamp;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const after = document.querySelector("#stage > article")?.dataset.number;
      window.pressed.push({ took: performance.now() - began, moved: before !== after });
    }));
  }, { capture: true });
}"""
_LOADED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource").filter((one) => !one.name.includes("/events"));
  const sum = (name) => [page, ...files].reduce((total, one) => total + one[name], 0);
  return {
    answered: page.responseEnd,
    usable: performance.getEntriesByName("review-usable")[0]?.startTime ?? page.domContentLoadedEventEnd,
    painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    transferred: sum("transferSize"),
    files: files.length,
  };
}"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web_review", description=__doc__)
    parser.add_argument("--pending", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--loads", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        added = instance(Path(folder), given.pending)
        address, process = _serve(folder)
        try:
            found = _in_chromium(address, given.keys, given.loads)
        finally:
            process.terminate()
            process.wait()
    print(json.dumps({"pending": given.pending, "added_seconds": round(added, 1), **found}))


def _serve(folder: str) -> tuple[str, "subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tweetgen", "--instance", folder, "web", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    for line in process.stdout:
        if (found := re.search(r"http://\S+", line)) is not None:
            return found[0].rstrip("/"), process
    raise RuntimeError("the pages did not start")


def _in_chromium(address: str, keys: int, loads: int) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        sys.exit("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-dev-shm-usage"])
        try:
            return {**_first_loads(browser, address, loads), **_keys(browser, address, keys)}
        finally:
            browser.close()


def _first_loads(browser: "Browser", address: str, count: int) -> dict[str, Any]:
    """Each in a new profile, so that nothing is cached; the first of all also warms the service."""
    found = []
    for _ in range(count + 1):
        context = browser.new_context()
        found.append(_load(context.new_page(), address))
        context.close()
    first, *rest = found
    return {
        "first_ever_usable_ms": round(first["usable"]),
        "answered_ms": _spread([one["answered"] for one in rest]),
        "usable_ms": _spread([one["usable"] for one in rest]),
        "painted_ms": _spread([one["painted"] for one in rest]),
        "transferred_bytes": max(one["transferred"] for one in found),
        "files": first["files"],
    }


def _load(page: "Page", address: str) -> dict[str, float]:
    page.goto(f"{address}/review")
    page.wait_for_selector(".scripted")
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    found: dict[str, float] = page.evaluate(_LOADED)
    return found


def _keys(browser: "Browser", address: str, count: int) -> dict[str, Any]:
    page = browser.new_context().new_page()
    page.goto(f"{address}/review")
    page.wait_for_selector(".scripted")
    page.wait_for_timeout(1000)
    page.evaluate(_MEASURE)
    for place in range(count):
        page.keyboard.press(("a", "Space", "a", "j")[place % 4])
        page.wait_for_timeout(_PACE)
    page.wait_for_timeout(1000)
    pressed = page.evaluate("window.pressed")
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.includes('queue'))")
    advanced = sum(one["moved"] for one in pressed)
    return {"keys": count, "advanced": advanced, "key_ms": _spread([one["took"] for one in pressed])}


def _spread(values: list[float]) -> dict[str, float]:
    values = sorted(values)
    tail = values[min(len(values) - 1, int(0.95 * len(values)))]
    return {"median": round(statistics.median(values), 1), "p95": round(tail, 1), "max": round(values[-1], 1)}


if __name__ == "__main__":
    main()
