"""What destinations say about a text is seen by whoever decides."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from tweetgen.app import App
from tweetgen.cli.review_advice import advice
from tweetgen.cli.review_card import View, card
from tweetgen.domain import Pending
from tweetgen.plugins import PACKAGE

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WALL = """
from datetime import timedelta
from tweetgen import hookimpl

class Wall:
    keyed, settle = False, timedelta(0)
    def __init__(self, settings, host): pass
    def remarks(self, text):
        yield f"costs {len(text)} dollars"

@hookimpl
def register_destinations(register):
    register("wall", Wall)
"""


@pytest.fixture(autouse=True)
def _no_module_left() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


@pytest.fixture
def app(store: object, folder: Path) -> Iterator[App]:
    (folder / "config.yaml").write_text("plugins: [plugins]")
    (folder / "plugins").mkdir()
    (folder / "plugins/wall.py").write_text(WALL)
    (folder / "accounts/keeper.yaml").write_text(
        "destinations: [wall, {wall: {name: second}}, {file: {path: x.jsonl}}]"
    )
    (folder / "accounts/broken.yaml").write_text("destinations: [{webhook: {url: {$env: NOWHERE}}}]")
    opened = App.open(folder, {})
    yield opened
    opened.close()


def test_each_destination_says_what_it_knows_of_the_text_as_it_is_now(
    app: App, add: Callable[..., list[Pending]]
) -> None:
    (pending,) = add("fog")
    remarks = advice(app, lambda: NOW).remarks(pending)
    assert list(remarks) == ["wall: costs 3 dollars", "second: costs 3 dollars"]
    drawn = card(Console(width=80, height=24), pending, View(1, 1, "", NOW, remarks=remarks))
    assert "goes to  wall: costs 3 dollars" in drawn


@pytest.mark.parametrize("account", ["broken", "gone"])
def test_what_cannot_be_made_says_nothing(app: App, add: Callable[..., list[Pending]], account: str) -> None:
    (pending,) = add("fog", account=account)
    assert list(advice(app, lambda: NOW).remarks(pending)) == []
