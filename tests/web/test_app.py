"""The pages that machines read."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.fakes.visitors import Visitors
from tweetgen.app import App
from tweetgen.domain import Role


def test_health_and_readiness_say_what_is_wrong(pages: Any) -> None:
    assert pages.browser.get("/healthz").text == "ok\n"
    assert pages.browser.get("/readyz").status_code == 200
    pages.trouble["ready"] = "the database is locked"
    answer = pages.browser.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the database is locked\n")
    assert pages.browser.get("/healthz").status_code == 200


def test_metrics_are_given_as_they_are(pages: Any) -> None:
    answer = pages.browser.get("/metrics")
    assert answer.content == b"tweetgen_up 1\n"
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


def test_metrics_are_for_this_machine_and_for_who_may_look(app: App, pages: Any) -> None:
    visitors = Visitors(app, pages)
    ann = visitors.user("ann", Role.VIEWER)
    assert pages.browser.get("/metrics").status_code == 200
    passed_on = {"x-forwarded-for": "203.0.113.9"}
    refused = pages.browser.get("/metrics", headers=passed_on)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert b"tweetgen_up" not in refused.content
    with visitors.program(ann, Role.VIEWER) as program:
        assert program.get("/metrics", headers=passed_on).content == b"tweetgen_up 1\n"
    with visitors.browser(ann) as browser:
        assert browser.get("/metrics", headers=passed_on).status_code == 200


def test_there_is_nothing_else(pages: Any) -> None:
    for address in ("/docs", "/openapi.json", "/links", "/static/../app.py", "/static/%2e%2e/app.py"):
        assert pages.browser.get(address).status_code == 404, address


def test_the_description_is_whole_however_many_ask_for_it_first(pages: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(pages.browser.get, "/api/v1/openapi.json") for _ in range(8)]
        told = [answer.result(60) for answer in asked]
    assert {answer.status_code for answer in told} == {200}
    assert len({answer.text for answer in told}) == 1
