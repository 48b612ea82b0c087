"""Collecting brings in what is new, once, whatever happens in the middle."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from tweetgen.domain import Json, Post
from tweetgen.errors import InputError, StoreError
from tweetgen.interfaces import Page
from tweetgen.pipeline.collect import MOST_PROBLEMS, Progress, collect, cursor_key
from tweetgen.store import Store


@dataclass
class Counting:
    """Posts 0, 1, 2, … by two authors in turn, ten a page; the cursor is the number of the next."""

    end: int
    #: raised in place of the page that starts here
    failure: tuple[int, BaseException] | None = None
    asked: list[Json] = field(default_factory=list)

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        self.asked.append(cursor)
        for start in range(cursor if isinstance(cursor, int) else 0, self.end, 10):
            if self.failure is not None and start == self.failure[0]:
                raise self.failure[1]
            stop = min(start + 10, self.end)
            posts = [
                Post(author="ab"[n % 2], text=f"post {n}", id=str(n), source="counting")
                for n in range(start, stop)
            ]
            wanted = [post for post in posts if authors is None or post.author in authors]
            yield Page(wanted, stop, progress=(stop, self.end))


@dataclass
class Fixed:
    """The pages it is given."""

    pages: Sequence[Page]

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        yield from self.pages


@dataclass
class PerAuthor:
    """A source that keeps a cursor for each author: how many of their posts were given."""

    #: how many each has by now
    there: dict[str, int]
    cursor_key: str = "per_author"
    asked: list[Json] = field(default_factory=list)

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        self.asked.append(cursor)
        known = cursor if isinstance(cursor, dict) else {}
        for name, count in self.there.items():
            if authors is None or name in authors:
                first = known.get(name, 0)
                assert isinstance(first, int)
                posts = [Post(name, f"post {n}", f"{name}/{n}", "per_author") for n in range(first, count)]
                yield Page(posts, count, part=name)
        yield Page([], None, problems=["that is all"])


@dataclass
class Configured:
    source: Counting | Fixed | PerAuthor
    name: str = "counting"
    key: str = "counting:1"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/posts.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        yield opened


def ids(store: Store) -> list[str]:
    return [stored.post.id for stored in store.posts()]


def test_collect_brings_in_only_what_is_new(store: Store) -> None:
    first = collect(store, [Configured(Counting(25))])
    assert (first.new, first.known, first.authors) == (25, 0, {"a": (13, 0), "b": (12, 0)})
    grown = Counting(30)
    second = collect(store, [Configured(grown)])
    assert (second.new, second.known, grown.asked) == (5, 0, [25])
    assert ids(store) == [str(n) for n in range(30)]


def test_reading_again_from_the_start_stores_nothing_twice(store: Store) -> None:
    collect(store, [Configured(Counting(25))])
    again = collect(store, [Configured(Counting(30))], again=True)
    assert (again.new, again.known, again.authors) == (5, 25, {"a": (2, 13), "b": (3, 12)})
    assert store.cursor("counting:1") == 30


def test_a_file_read_once_leaves_no_cursor(store: Store) -> None:
    source = Counting(25)
    collect(store, [Configured(source)], remember=False)
    assert (source.asked, store.cursor("counting:1"), len(ids(store))) == ([None], None, 25)


def test_a_restriction_to_authors_has_its_own_cursor(store: Store) -> None:
    only_b = collect(store, [Configured(Counting(40))], authors=["b"])
    assert only_b.authors == {"b": (20, 0)}
    everybody = collect(store, [Configured(Counting(40))])
    assert everybody.authors == {"a": (20, 0), "b": (0, 20)}


def test_cursor_keys_differ_by_restriction_not_by_its_order() -> None:
    keys = [cursor_key("k", names) for names in (None, ["a"], ["a", "b"], ["a,b"], ["é\ud800"])]
    assert len(set(keys)) == 5
    assert cursor_key("k", ["b", "a", "b"]) == cursor_key("k", ["a", "b"])


def test_a_source_may_keep_a_cursor_for_each_author_whatever_its_settings(store: Store) -> None:
    first = PerAuthor({"a": 2, "b%": 3})
    assert collect(store, [Configured(first, key="settings:1")]).new == 5
    grown = PerAuthor({"a": 3, "b%": 3, "c": 1})
    only_a = collect(store, [Configured(grown, key="settings:2")], authors=["a"])
    assert (only_a.new, only_a.known, only_a.problems) == (1, 0, ["that is all"])
    assert collect(store, [Configured(grown, key="settings:2")]).authors == {"c": (1, 0)}
    assert grown.asked == [{"a": 2, "b%": 3}, {"a": 3, "b%": 3}]
    assert store.cursors("per_author/") == {"a": 3, "b%": 3, "c": 1}


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (
            InputError("posts.jsonl", "it is binary", "choose another"),
            "posts.jsonl: it is binary; choose another",
        ),
        (RuntimeError("two\nlines"), "RuntimeError: two lines"),
    ],
)
def test_a_source_that_fails_keeps_what_it_gave_and_stops_no_other(
    store: Store, failure: Exception, words: str
) -> None:
    other = Fixed([Page([Post(author="c", text="hi", id="1", source="fixed")], None)])
    failing = Configured(Counting(50, (20, failure)), name="first")
    collected = collect(store, [failing, Configured(other, "second", "fixed:1")])
    assert (collected.new, collected.failed) == (21, ["first"])
    assert collected.problems == [f"source first: {words}"]
    mended = collect(store, [Configured(Counting(50))])
    assert (mended.new, mended.known) == (30, 0)


def test_a_post_that_cannot_be_stored_fails_its_source_alone(store: Store) -> None:
    naive = Post(author="a", text="t", id="1", source="s", created_at=datetime(2024, 1, 1))
    sources = [Configured(Fixed([Page([naive], 1)]), "bad", "bad:1"), Configured(Counting(3))]
    collected = collect(store, sources)
    assert (collected.new, collected.failed) == (3, ["bad"])
    assert "no zone" in collected.problems[0]
    assert store.cursor("bad:1") is None


def test_problems_are_counted_and_the_first_kept(store: Store) -> None:
    pages = [Page([], n, problems=[f"line {n}.{m}" for m in range(30)]) for n in range(5)]
    collected = collect(store, [Configured(Fixed(pages))])
    assert (collected.problem_count, len(collected.problems)) == (150, MOST_PROBLEMS)
    assert collected.problems[0] == "line 0.0"
    assert collected.failed == []


def test_progress_is_told_after_every_page(store: Store) -> None:
    told: list[Progress] = []
    collect(store, [Configured(Counting(25))], notify=told.append)
    assert [(one.source, one.new, one.known, one.of) for one in told] == [
        ("counting", 10, 0, (10, 25)),
        ("counting", 20, 0, (20, 25)),
        ("counting", 25, 0, (25, 25)),
    ]


def test_an_interrupt_keeps_what_came_so_far(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        collect(store, [Configured(Counting(50, (30, KeyboardInterrupt())))])
    assert len(ids(store)) == 30
    assert collect(store, [Configured(Counting(50))]).new == 20


def test_a_database_that_fails_stops_the_collect(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise StoreError("posts.db", "the disk is full", "free some space")

    monkeypatch.setattr(store, "add_page", full)
    with pytest.raises(StoreError, match="disk is full"):
        collect(store, [Configured(Counting(50))])


def test_two_collects_at_once_lose_nothing(url: str) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            with Store.open(url) as mine:
                collect(mine, [Configured(Counting(500))])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with Store.open(url) as store:
        assert sorted(map(int, ids(store))) == list(range(500))
        assert store.cursor("counting:1") == 500


_PROGRAM = """
import runpy, sys
test = runpy.run_path(sys.argv[1])
print("started", flush=True)
with test["Store"].open(sys.argv[2]) as store:
    test["collect"](store, [test["Configured"](test["Counting"](int(sys.argv[3])))])
print("done", flush=True)
"""


def start(url: str, posts: int) -> "subprocess.Popen[str]":
    program = [sys.executable, "-c", _PROGRAM, __file__, url, str(posts)]
    return subprocess.Popen(program, stdout=subprocess.PIPE, text=True)


def test_two_programs_that_collect_at_once_lose_nothing(url: str) -> None:
    both = [start(url, 3000) for _ in range(2)]
    for one in both:
        assert one.communicate(timeout=60)[0].endswith("done\n")
        assert one.returncode == 0
    with Store.open(url) as store:
        assert sorted(map(int, ids(store))) == list(range(3000))


def test_a_kill_anywhere_neither_loses_nor_repeats_a_post(url: str) -> None:
    moments = random.Random(20)
    kills, posts = 0, 8000
    while kills < 12:
        program = start(url, posts)
        assert program.stdout is not None
        program.stdout.readline()
        time.sleep(moments.uniform(0.005, 0.12))
        program.send_signal(signal.SIGKILL)
        finished = "done" in program.stdout.read()
        program.stdout.close()
        program.wait()
        kills += not finished
        with Store.open(url) as store:
            cursor = store.cursor("counting:1")
            # every page came with its cursor, so that the cursor tells which posts are there
            assert ids(store) == [str(n) for n in range(cursor if isinstance(cursor, int) else 0)]
            if finished:
                posts += 8000
    with Store.open(url) as store:
        collect(store, [Configured(Counting(posts))])
        assert ids(store) == [str(n) for n in range(posts)]
