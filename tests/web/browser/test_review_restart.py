"""The service stops and comes back in the middle of a review: whatever was typed or decided is still there."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

from tests.web.conftest import NOON
from tweetgen.app import App
from tweetgen.domain import ReviewState
from tweetgen.store import Store
from tweetgen.web.app import create
from tweetgen.web.server import Server
from tweetgen.web.site import Site

NOBODY = "ERR_CONNECTION|ERR_EMPTY|ERR_INCOMPLETE|Failed to load resource|503"


class Service:
    """The pages at one port, stopped and started as one likes."""

    def __init__(self, app: App) -> None:
        self._app, self.port = app, 0
        self.start()

    def start(self) -> None:
        site = Site(lambda: self._app, "keeper", now=lambda: NOON)
        config = uvicorn.Config(
            create(site), host="127.0.0.1", port=self.port, log_config=None, lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = Server(config, site)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture
def service(app: App) -> Iterator[Service]:
    running = Service(app)
    yield running
    running.stop()


@pytest.fixture
def review(service: Service, visit: Callable[..., Any], store: Store, fill: Any, complaints: Any) -> Any:
    complaints.allow(NOBODY)
    fill(store, 20)
    page = visit()
    with page.expect_response("**/review/cards*") as answer:
        page.goto(f"http://127.0.0.1:{service.port}/review")
    answer.value.finished()
    page.wait_for_selector(".scripted")
    return page


def sent(page: Any) -> None:
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.includes('queue'))")


def test_an_edit_begun_before_is_saved_after(service: Service, review: Any, store: Store) -> None:
    review.keyboard.press("e")
    review.fill("article textarea", "fog that outlives the service")
    service.stop()
    review.wait_for_selector("#not-connected")
    assert review.input_value("article textarea") == "fog that outlives the service"
    review.keyboard.press("Control+Enter")
    assert review.inner_text(".lead") == "fog that outlives the service"
    service.start()
    sent(review)
    assert store.candidates.get(1).text == "fog that outlives the service"
    review.wait_for_selector("#not-connected", state="detached")


def test_an_edit_survives_a_restart_and_a_reload(service: Service, review: Any, store: Store) -> None:
    review.keyboard.press("e")
    review.fill("article textarea", "fog that outlives the page")
    service.stop()
    service.start()
    review.reload()
    review.wait_for_selector("article textarea:visible")
    assert review.input_value("article textarea") == "fog that outlives the page"
    review.keyboard.press("Control+Enter")
    sent(review)
    assert store.candidates.get(1).text == "fog that outlives the page"


def test_a_run_of_decisions_without_a_service_arrives_in_order(service: Service, review: Any, store: Store) -> None:
    review.keyboard.press("a")
    sent(review)
    service.stop()
    for key in ("a", "x", "3", "a", "u", "Space"):
        review.keyboard.press(key)
    review.wait_for_function("() => document.querySelector('#tools').textContent.includes('wait for the service')")
    assert store.candidates.get(2).state is ReviewState.PENDING
    service.start()
    sent(review)
    assert store.candidates.get(2).state is ReviewState.APPROVED
    assert store.candidates.get(3).state is ReviewState.REJECTED
    assert store.candidates.decisions(candidate=3, limit=1)[0].reason == "makes no sense"
    assert store.candidates.get(4).skips == 1
    told = [entry.candidate for entry in store.candidates.decisions(limit=4)]
    assert told == [4, 3, 2, 1]


def test_decisions_not_sent_before_a_reload_are_sent_after_it(service: Service, review: Any, store: Store) -> None:
    service.stop()
    review.keyboard.press("a")
    review.keyboard.press("a")
    review.wait_for_function("() => document.querySelector('#tools').textContent.includes('wait for the service')")
    service.start()
    review.reload()
    sent(review)
    assert [store.candidates.get(one).state for one in (1, 2, 3)] == [
        ReviewState.APPROVED,
        ReviewState.APPROVED,
        ReviewState.PENDING,
    ]
    assert len(store.candidates.decisions(candidate=1)) == 2


def test_an_answer_that_was_lost_is_no_conflict(review: Any, store: Store) -> None:
    lost: list[Any] = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    review.route("**/decisions", lose)
    review.keyboard.press("a")
    sent(review)
    assert store.candidates.get(1).version == 2
    assert "faster" not in review.inner_text("#said")


def test_a_locked_store_is_waited_for(review: Any, store: Store) -> None:
    refused: list[int] = []

    def refuse(route: Any) -> None:
        refused.append(len(refused))
        if len(refused) > 2:
            route.continue_()
        else:
            route.fulfill(status=503, json={"detail": "the store is locked"}, content_type="application/problem+json")

    review.route("**/decisions", refuse)
    review.keyboard.press("a")
    review.wait_for_function("() => document.querySelector('#tools').textContent.includes('waits for the service')")
    sent(review)
    assert store.candidates.get(1).state is ReviewState.APPROVED
