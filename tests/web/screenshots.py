"""`make screenshots`: every page of an instance of invented voices, light and dark, wide and narrow, in Chromium.

    python -m tests.web.screenshots [FOLDER] [--only PART-OF-AN-ADDRESS] [--every]
"""

import argparse
import base64
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from tweetgen.app import App
from tweetgen.domain import Action, Decision, Kind, Post, SendState
from tweetgen.pipeline.deduplicate import find_duplicates
from tweetgen.pipeline.index import FOLDER, keep_up
from tweetgen.store.outbox_row import Ending
from tweetgen.web.rendering import PLACES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, MODEL = "demo", "shared"
#: width and height of a window; what is below is not shown, so that the files stay small
WINDOWS = ((360, 740), (800, 900), (1440, 900))
SCHEMES = ("light", "dark")
#: those that the guides show
SHOWN = ((1440, "light"), (1440, "dark"), (360, "light"))
#: below the pages of the bar
_MORE = (
    "/playground/together?text=The+sea+is",
    "/playground/thinking",
    f"/models/{MODEL}",
    f"/models/compare?a={MODEL}&b=base",
    "/outbox",
    "/corpus/posts?q=fog",
    "/corpus/duplicates",
    "/corpus/purge?author=spoon_museum",
    "/deeds",
    "/tokens",
    "/users",
    "/api",
    "/login",
)
#: a page of the bar with something on it
_SHOWN_AS = {"/playground": "/playground?write=1&seed=4&count=8&temperature=0.6"}
_KINDS = (Kind.ORIGINAL, Kind.ORIGINAL, Kind.ORIGINAL, Kind.REPLY, Kind.QUOTE)


def main() -> None:
    """Make the instance in a temporary folder, serve it, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", default="", help="pages whose address holds this")
    parser.add_argument("--every", action="store_true", help="three widths in both schemes, to be looked at")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "instance"
        make(base)
        with served(base) as address:
            shoot(address, asked.folder, asked.only, asked.every)
    (asked.folder / "README.md").write_text(_gallery(asked.folder), encoding="utf-8")


def _gallery(folder: Path) -> str:
    """A page of all pictures, those of one page of the program beside each other."""
    names: dict[str, list[str]] = {}
    for picture in sorted(folder.glob("*.webp")):
        names.setdefault(picture.stem.rsplit("-", 2)[0], []).append(picture.name)
    parts = ["# Every page", "Written by `make screenshots`: an instance of invented voices; light, dark, on a phone."]
    for name, pictures in names.items():
        parts.append(f"## {name.replace('-', ', ')}")
        # the widest first
        widest_first = sorted(pictures, key=lambda each: (-int(each.split("-")[-2]), each))
        parts.append("\n".join(f"![{_told(each)}]({each})" for each in widest_first))
    return "\n\n".join(parts) + "\n"


def _told(picture: str) -> str:
    *name, width, scheme = picture.removesuffix(".webp").split("-")
    return f"{' '.join(name)}, {scheme}, {width} pixels wide"


def make(base: Path) -> None:
    """An instance in which a lot has happened."""
    _run("init", str(base))
    _run("demo", "-o", str(base / "weights" / f"{MODEL}.safetensors"), base=base)
    app = App.open(base, {})
    try:
        _collect(app)
        account = base / "accounts" / f"{ACCOUNT}.yaml"
        much = re.sub(r"(?m)^(  keep|stock): \d+", r"\1: 40", account.read_text("utf-8"))
        account.write_text(much, encoding="utf-8")
        _run("generate", "-n", "400", "--account", ACCOUNT, "--submit", base=base)
        _publish(app, datetime.now(UTC).replace(second=0, microsecond=0))
    finally:
        app.close()


def _collect(app: App) -> None:
    """The posts of the demo, spread over some years."""
    import json

    random = Random(1)
    for place, path in enumerate(sorted((ROOT / "accounts" / "demo").glob("*.jsonl"))):
        posts = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            told = json.loads(line)
            at = datetime(2022 + place, 1, 1, 8, tzinfo=UTC) + timedelta(days=3 * number)
            source = random.choice(("jsonl", "x_archive"))
            posts.append(Post(told["author"], told["text"], f"{place}-{number}", source, at, random.choice(_KINDS)))
            if random.random() < 0.03:
                posts.append(Post(told["author"], told["text"].upper(), f"{place}-{number}-again", "csv", at))
        app.store.add_page(None, posts)
    find_duplicates(app.store)
    keep_up(app.store, app.state / FOLDER)


def _publish(app: App, now: datetime) -> None:
    """Decide about some candidates: sent, failed, unknown, waiting for a slot."""
    store = app.store
    waiting = store.candidates.pending(ACCOUNT)[-7:]
    endings = (SendState.SENT, SendState.SENT, SendState.UNKNOWN, SendState.FAILED)
    for place, pending in enumerate(waiting):
        at = now - timedelta(hours=9 * (len(endings) - place))
        store.candidates.apply(Decision(pending.number, pending.version, Action.APPROVE, "ann", "web"), at)
        if place < len(endings):
            slot = store.slots.book(ACCOUNT, "post", at, at)
            store.outbox.place(ACCOUNT, slot, ["file"], at, None)
            for row in store.outbox.claim("service", at, timedelta(minutes=1), {(ACCOUNT, "file"): False}):
                store.outbox.settle(row, Ending(endings[place], _ERRORS.get(endings[place], "")), at)
    store.deeds.add("ann", "web", "pause", ACCOUNT, now - timedelta(hours=3), {"reason": "storm"})
    store.deeds.add("ann", "web", "resume", ACCOUNT, now - timedelta(hours=1), {})


_ERRORS = {SendState.UNKNOWN: "the connection broke after 30 s", SendState.FAILED: "refused: 403"}


@contextmanager
def served(base: Path) -> Iterator[str]:
    """The address at which `tweetgen web` serves it meanwhile."""
    command = [sys.executable, "-m", "tweetgen", "--instance", str(base), "web", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[0]
        process.terminate()


def shoot(address: str, folder: Path, only: str, every: bool) -> None:
    """Save a picture of every page."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-dev-shm-usage"])
        for path in [path for path in (*(_SHOWN_AS.get(path, path) for path, _ in PLACES), *_MORE) if only in path]:
            for window in WINDOWS:
                for scheme in SCHEMES:
                    if every or (window[0], scheme) in SHOWN:
                        _take(browser, address, path, window, scheme, folder)
        browser.close()


def _take(browser: "Browser", address: str, path: str, size: tuple[int, int], scheme: Any, folder: Path) -> None:
    width, height = size
    window: Any = {"width": width, "height": height}
    context = browser.new_context(viewport=window, color_scheme=scheme, reduced_motion="reduce", base_url=address)
    page = context.new_page()
    answer = page.goto(path, wait_until="load")
    page.wait_for_timeout(700)  # what scripts ask for
    name = path.strip("/").split("?")[0].replace("/", "-")
    if answer is None or answer.status != 200:
        print(f"left out: {path}: {answer and answer.status}", file=sys.stderr)
    else:
        told = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 80})
        (folder / f"{name}-{width}-{scheme}.webp").write_bytes(base64.b64decode(told["data"]))
    context.close()


def _run(*arguments: str, base: Path | None = None) -> None:
    where = [] if base is None else ["--instance", str(base)]
    subprocess.run([sys.executable, "-m", "tweetgen", *where, *arguments], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
