"""What open pages are told while it happens: counts, others' decisions, what was added; nothing is missed."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.fakes.visitors import BY, Visitors
from tweetgen.app import App
from tweetgen.domain import Action, Candidate, Decision, Pending, Role
from tweetgen.errors import StoreError
from tweetgen.store import NewCandidate, Store
from tweetgen.web import events as module
from tweetgen.web.events import Events
from tweetgen.web.jobs import Jobs

from .conftest import NOON


def new(text: str, account: str = "keeper") -> NewCandidate:
    return NewCandidate(account, Candidate(text, {"ada": 1.0}, "base", 7, (0.8,), True, -12.5), text, {}, 1.0)


def decide(store: Store, of: Pending, action: Action = Action.APPROVE, actor: str = "ann") -> Pending:
    return store.candidates.apply(Decision(of.number, of.version, action, actor, "web"), NOON)


class Listener:
    """Reads what one browser is sent."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.last_id = ""

    def next(self) -> tuple[str, Any]:
        kind = ""
        for line in self._lines:
            name, _, value = line.partition(": ")
            if name == "id":
                self.last_id = value
            elif name == "event":
                kind = value
            elif name == "data":
                return kind, json.loads(value)
        raise EOFError

    def until(self, kind: str) -> Any:
        while True:
            found, content = self.next()
            if found == kind:
                return content


@contextmanager
def listening(pages: Any, last: str = "") -> Iterator[Listener]:
    headers = {"last-event-id": last} if last else {}
    with pages.browser.stream("GET", "/api/v1/review/events", headers=headers, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        yield Listener(answer.iter_lines())


def test_whoever_comes_is_told_what_waits(pages: Any, one: Pending) -> None:
    with listening(pages) as listener:
        assert listener.next() == ("counts", {"total": 1, "accounts": {"keeper": 1}})


def test_a_decision_by_anybody_is_told_with_the_new_counts(pages: Any, one: Pending) -> None:
    with listening(pages) as listener:
        listener.until("counts")
        decided = decide(pages.store, one)
        told = listener.next()
        assert told == (
            "decided",
            {
                "number": one.number,
                "version": decided.version,
                "action": "approve",
                "actor": "ann",
                "at": NOON.isoformat(),
            },
        )
        assert listener.next() == ("counts", {"total": 0, "accounts": {}})


def test_what_comes_to_review_is_told_by_account(pages: Any, one: Pending) -> None:
    with listening(pages) as listener:
        listener.until("counts")
        pages.store.candidates.add([new("a"), new("b"), new("c", "other")], NOON)
        assert listener.next() == ("added", {"account": "keeper", "count": 2, "job": None})
        assert listener.next() == ("added", {"account": "other", "count": 1, "job": None})
        assert listener.next() == ("counts", {"total": 4, "accounts": {"keeper": 3, "other": 1}})


def test_a_browser_that_was_cut_off_is_told_what_it_missed(pages: Any, one: Pending) -> None:
    with listening(pages) as listener:
        listener.until("counts")
        last = listener.last_id
    decided = decide(pages.store, one, Action.SKIP)
    with listening(pages, last) as listener:
        assert listener.next()[1]["version"] == decided.version
        assert listener.next() == ("counts", {"total": 1, "accounts": {"keeper": 1}})


def test_a_browser_that_missed_too_much_or_a_store_put_back_is_told_to_look_again(
    pages: Any, one: Pending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    pages.store.candidates.add([new(str(n)) for n in range(5)], NOON)
    for last in ("1", "99"):
        with listening(pages, last) as listener:
            assert listener.next() == ("missed", {})
            assert listener.next()[1]["total"] == 6
            assert listener.last_id == "6"


@pytest.mark.parametrize("wrong", ["-1", "x", "9" * 30])
def test_an_id_that_none_of_ours_is_refused(pages: Any, wrong: str) -> None:
    assert pages.browser.get("/api/v1/review/events", headers={"last-event-id": wrong}).status_code == 422


def test_open_pages_do_not_keep_the_server_from_stopping(app: Any, one: Pending) -> None:
    from tweetgen.cli.pages import Pages
    from tweetgen.web.site import Site

    running = Pages(Site(lambda: app, "keeper", now=lambda: NOON), "127.0.0.1", 0)
    running.start()
    with httpx.stream("GET", f"{running.url}/api/v1/review/events", timeout=30) as answer:
        listener = Listener(answer.iter_lines())
        listener.until("counts")
        stopper = threading.Thread(target=running.stop)
        stopper.start()
        # it ends as an answer ends, not as one broken off
        with pytest.raises(EOFError):
            listener.next()
        stopper.join()


def test_who_is_let_in_no_more_hears_no_more(
    app: App, pages: Any, one: Pending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN", 0.0)
    visitors = Visitors(app, pages)
    _, ben = visitors.user("ann", Role.ADMIN), visitors.user("ben", Role.VIEWER)
    with visitors.browser(ben) as browser, browser.stream("GET", "/api/v1/review/events") as answer:
        listener = Listener(answer.iter_lines())
        listener.until("counts")
        later = decide(pages.store, one, Action.SKIP)
        assert listener.next()[0] == "decided"
        pages.store.users.remove("ben", NOON, BY)
        decide(pages.store, later)
        with pytest.raises(EOFError):
            listener.until("nothing")


def test_nobody_has_endless_open_pages(pages: Any, one: Pending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EACH", 1)
    with listening(pages) as listener:
        listener.until("counts")
        answer = pages.browser.get("/api/v1/review/events")
        assert answer.status_code == 503
        assert "close some" in answer.json()["detail"]
    with listening(pages) as listener:
        listener.until("counts")


# ── without a server ──


async def take(messages: AsyncIterator[str], count: int) -> list[str]:
    """The kinds of the next messages; several may come at once."""
    found: list[str] = []
    while len(found) < count:
        told = await anext(messages)
        found += [part.partition("\n")[0] for part in told.split("event: ")[1:]] or ["retry"]
    return found


def test_one_look_serves_all_and_none_is_taken_while_nobody_listens(
    store: Store, one: Pending, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    newest = store.candidates.newest_decision

    def look() -> int:
        looks.append(newest())
        return looks[-1]

    monkeypatch.setattr(store.candidates, "newest_decision", look)

    async def run() -> None:
        happening = Events(lambda: store, look=0.01)
        many = [happening.listen() for _ in range(10)]
        for each in many:
            await take(each, 2)  # how soon to come back, and the counts
        decide(store, one)
        assert [await take(each, 2) for each in many] == [["decided", "counts"]] * 10
        before = len(looks)
        await asyncio.sleep(0.1)
        assert len(looks) - before <= 11
        for each in many:
            await each.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0.1)
        before = len(looks)
        await asyncio.sleep(0.1)
        assert len(looks) == before

    asyncio.run(run())


def test_a_store_that_cannot_be_asked_is_asked_again(
    store: Store, one: Pending, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        happening = Events(lambda: store, look=0.01)
        listener = happening.listen()
        await take(listener, 2)
        newest = store.candidates.newest_decision
        failures: list[int] = []

        def locked() -> int:
            if len(failures) < 3:
                failures.append(1)
                raise RuntimeError("locked")
            return newest()

        monkeypatch.setattr(store.candidates, "newest_decision", locked)
        decide(store, one)
        assert await take(listener, 2) == ["decided", "counts"]
        assert len(failures) == 3
        happening.close()
        with pytest.raises(StopAsyncIteration):
            await anext(listener)

    asyncio.run(run())


def test_a_store_that_cannot_be_read_ends_what_a_browser_then_asks_for_again(
    store: Store, one: Pending, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> int:
        raise StoreError("sqlite", "another program holds it locked", "end that program")

    async def run() -> None:
        happening = Events(lambda: store)
        with monkeypatch.context() as patched:
            patched.setattr(store.candidates, "newest_decision", locked)
            assert [told async for told in happening.listen()] == [f"retry: {module.RETRY}\n\n"]
        assert await take(happening.listen(), 2) == ["retry", "counts"]

    asyncio.run(run())


def test_jobs_are_done_one_by_one_and_told_to_those_who_come_later() -> None:
    told: list[tuple[str, str]] = []
    release, ended = threading.Event(), threading.Event()

    def tell(job: str, content: Any) -> None:
        told.append((content["state"], content["detail"]))
        if content["detail"] == "last":
            ended.set()

    def fail(job: str) -> Any:
        raise ValueError("broken")

    jobs = Jobs(tell)
    jobs.begin(lambda job: (release.wait(20), {"detail": "first"})[1])
    jobs.begin(fail)
    jobs.begin(lambda job: {"detail": "last"})
    release.set()
    assert ended.wait(20)
    assert [one for one in told if one[0] != "running"] == [
        ("done", "first"),
        ("failed", "ValueError: broken"),
        ("done", "last"),
    ]
