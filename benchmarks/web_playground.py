"""From a key to the network's first words on screen, in Chromium with the shipped base: milliseconds, as JSON.

python -m benchmarks.web_playground [--times 30]

`tweetgen web` runs over an empty instance. A key counts as answered when the frame after the first new text has been
painted: `write` is the playground's `w`, a grid of twelve texts; `together` a number key, its next words shown; `way`
one set of next words without a browser, after 20 and after 1,000 characters.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tweetgen.model.model import Model

#: from a key's own time to the frame after the first change below an element
_WATCH = """(selector) => new Promise((done) => {
    let pressed = 0;
    addEventListener("keydown", (event) => { pressed = event.timeStamp; }, { capture: true, once: true });
    const watch = new MutationObserver(() => {
        if (!pressed || !document.querySelector(selector).textContent.trim()) return;
        if (selector === "#texts" && ![...document.querySelectorAll("#texts .text")].some((p) => p.textContent)) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - pressed)));
    });
    watch.observe(document.querySelector(selector), { subtree: true, childList: true, characterData: true });
    window.armed = true;
})"""


def keys(page: Any, address: str, selector: str, key: str, times: int) -> list[float]:
    """Milliseconds, each on a page of its own: nothing is warm but the server."""
    found = []
    for _ in range(times):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.evaluate(f"() => {{ window.took = ({_WATCH})({json.dumps(selector)}); }}")
        page.keyboard.press(key)
        found.append(float(page.evaluate("() => window.took")))
    return found


def ways(length: int, times: int) -> list[float]:
    """Milliseconds of next words after a text of so many characters."""
    model, text = Model.load(), ("the lamp is lit and the sea is loud. " * 99)[:length]
    found = []
    for _ in range(times):
        start = time.perf_counter()
        model.continuations(text, n=18)
        found.append(1000 * (time.perf_counter() - start))
    return found


def told(milliseconds: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(milliseconds), 1),
        "p95": round(statistics.quantiles(milliseconds, n=20)[-1], 1),
        "first": round(milliseconds[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=30)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (Path(folder) / "config.yaml").touch()
        command = [sys.executable, "-m", "tweetgen", "--instance", folder, "web", "--port", "0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[0]
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--disable-dev-shm-usage"])
            page = browser.new_page(base_url=url)
            result = {
                "write": told(keys(page, "/playground?model=base", "#texts", "w", times)),
                "together": told(keys(page, "/playground/together?model=base&text=The+lamp", "#ways", "1", times)),
                "way_20": told(ways(20, times)),
                "way_1000": told(ways(1000, times)),
            }
            browser.close()
        finally:
            server.terminate()
            server.wait()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
