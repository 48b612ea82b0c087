"""The pages that machines read."""

from typing import Any


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


def test_there_is_nothing_else(pages: Any) -> None:
    for address in ("/docs", "/openapi.json", "/links", "/static/../app.py", "/static/%2e%2e/app.py"):
        assert pages.browser.get(address).status_code == 404, address
