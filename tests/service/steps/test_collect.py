"""Sources that are due."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tweetgen.domain import SlotState
from tweetgen.service.context import Context
from tweetgen.service.steps import collect
from tweetgen.service.steps.collect import collect_due

if TYPE_CHECKING:
    from tests.service.conftest import Instance

HANGING = """
import time
from tweetgen import hookimpl

class Hangs:
    def __init__(self, settings, host):
        pass

    def fetch(self, authors, cursor):
        time.sleep(60)
        yield

@hookimpl
def register_sources(register):
    register("hangs", Hangs)
"""


PER_AUTHOR = """
from tweetgen import Page, Post, hookimpl

class PerAuthor:
    cursor_key = "per_author"

    def __init__(self, settings, host):
        pass

    def fetch(self, authors, cursor):
        done = (cursor or {}).get("Ada", 0)
        yield Page([Post("Ada", "fog", str(done), "per_author")], done + 1, part="Ada")

@hookimpl
def register_sources(register):
    register("per_author", PerAuthor)
"""


LATER = """
from datetime import timedelta
from tweetgen import Page, hookimpl

class Later:
    def __init__(self, settings, host):
        self.host = host

    def fetch(self, authors, cursor):
        yield Page([], None, problems=["come back"], later=self.host.now() + timedelta(minutes=7))

@hookimpl
def register_sources(register):
    register("later", Later)
"""


@pytest.fixture
def posts(instance: "Instance") -> None:
    """A file of one post, which `ada` learns from."""
    instance.write("posts.jsonl", json.dumps({"author": "Ada", "text": "fog over the harbour again"}) + "\n")
    instance.write("accounts/ada.yaml", instance.automatic + "sources: [jsonl: {path: posts.jsonl}]\n")


def make_due(context: Context, account: str, ago: timedelta = timedelta(0)) -> int:
    at = datetime.now(UTC) - ago
    return context.store.slots.book(account, "collect", at, at).number


@pytest.mark.usefixtures("posts")
def test_what_is_due_is_collected_and_made_ready(context: Context) -> None:
    numbers = [make_due(context, "ada"), make_due(context, "")]
    collect_due(context)
    assert [stored.post.text for stored in context.store.posts()] == ["fog over the harbour again"]
    assert context.store.unclustered(10) == []
    assert context.app.corpus.shared_words("fog over the harbour")[0] == 4
    assert [context.store.slots.get(number).state for number in numbers] == [SlotState.FILLED] * 2
    assert [entry.detail for entry in context.store.journal.last(account="ada")] == [
        "1 new post, 0 known, 0 problems"
    ]


@pytest.mark.usefixtures("posts")
def test_a_source_that_fails_is_asked_again_later_and_keeps_no_other(context: Context, instance: "Instance") -> None:
    instance.write("accounts/bob.yaml", instance.automatic + "sources: [jsonl: {path: gone.jsonl}]\n")
    context.use(context.app.reread())
    older, newer = make_due(context, "bob", timedelta(hours=6)), make_due(context, "bob")
    make_due(context, "ada")
    collect_due(context)
    assert len(list(context.store.posts())) == 1
    assert "gone.jsonl" in context.store.journal.last(account="bob")[0].detail
    assert context.store.slots.get(older).state is SlotState.MISSED
    assert context.store.slots.get(newer).state is SlotState.OPEN
    assert context.store.slots.due(datetime.now(UTC), "collect") == []
    assert context.store.slots.due(datetime.now(UTC) + timedelta(minutes=11), "collect") != []


def test_a_source_that_hangs_is_given_up(
    instance: "Instance", begin: Callable[[], Context], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "_PATIENCE", 0.01)
    instance.write("plugins/hangs.py", HANGING)
    instance.write("accounts/ada.yaml", instance.automatic + "sources: [hangs]\n")
    context = begin()
    make_due(context, "ada")
    collect_due(context)
    assert "source hangs: no answer within 0.05 s" in context.store.journal.last()[0].detail


def test_a_source_may_keep_a_cursor_for_each_author(
    instance: "Instance", begin: Callable[[], Context]
) -> None:
    instance.write("plugins/per_author.py", PER_AUTHOR)
    instance.write("accounts/ada.yaml", instance.automatic + "sources: [per_author]\n")
    context = begin()
    for _ in range(2):
        make_due(context, "ada")
        collect_due(context)
    assert [stored.post.id for stored in context.store.posts()] == ["0", "1"]
    assert context.store.cursors("per_author/") == {"Ada": 2}


def test_a_source_that_has_more_later_is_asked_again_then(
    instance: "Instance", begin: Callable[[], Context]
) -> None:
    instance.write("plugins/later.py", LATER)
    instance.write("accounts/ada.yaml", instance.automatic + "sources: [later]\n")
    context = begin()
    for _ in range(2):
        make_due(context, "ada")
        collect_due(context)
    (slot,) = context.store.slots.upcoming("ada", "collect", limit=5)
    assert timedelta(minutes=5) < slot.due_at - datetime.now(UTC) <= timedelta(minutes=7)
    assert context.store.journal.last(account="ada")[0].detail == "0 new posts, 0 known, 1 problem: come back"
