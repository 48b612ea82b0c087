"""Candidates by HTTP: signed, with links, told again where the receiver does not take them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from tweetgen_plugins._http.signing import signature
from tweetgen_plugins.review_webhook import NotTaken, WebhookQueue

from tweetgen.domain import Action, Decision, Pending, ReviewState
from tweetgen.errors import NotSent, TweetgenError
from tweetgen.pipeline.links import Links
from tweetgen.pipeline.review import submit
from tweetgen.store import Store

Add = Callable[..., list[Pending]]
SECRET = "shared with the receiver"


def queue(host: Any, url: str, **more: Any) -> WebhookQueue:
    return WebhookQueue(WebhookQueue.Settings(url=url, secret=SECRET, **more), host)


def _got(receiver: Any) -> list[tuple[dict[str, str], bytes]]:
    return [(request.headers, request.body) for request in receiver.requests]


def test_each_candidate_comes_signed_with_links_that_decide(
    store: Store, host: Any, add: Add, receiver: Any
) -> None:
    (one,) = add("fog “again” 🌫")
    assert submit(store, queue(host, receiver.url), "keeper", host.now()) == 1
    ((headers, body),) = _got(receiver)
    told = json.loads(body)
    assert (told["text"], told["number"], told["version"]) == (one.text, one.number, 1)
    assert headers["webhook-id"] == f"candidate-{one.number}-1"
    proof = signature(SECRET, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == proof
    assert set(told["links"]) == {"approve", "reject"}
    links: Links = host.parts.links()
    ticket = links.read(urlsplit(told["links"]["reject"]).path.rpartition("/")[2], host.now())
    assert (ticket.number, ticket.version, ticket.action) == (one.number, 1, Action.REJECT)


def test_what_was_not_taken_is_told_again(store: Store, host: Any, add: Add, receiver: Any) -> None:
    add("fog", "mist")
    receiver.respond = receiver.saying(503)
    hook = queue(host, receiver.url)
    with pytest.raises(NotTaken, match="answered 503"):
        submit(store, hook, "keeper", host.now())
    receiver.respond = receiver.saying(204)
    assert submit(store, hook, "keeper", host.now()) == 2
    assert [json.loads(body)["text"] for _, body in _got(receiver)] == ["fog", "fog", "mist"]


def test_an_edited_text_is_told_again_with_new_links(store: Store, host: Any, add: Add, receiver: Any) -> None:
    (one,) = add("fog")
    hook = queue(host, receiver.url, actions=["approve", "skip"])
    submit(store, hook, "keeper", host.now())
    store.candidates.apply(Decision(one.number, 1, Action.EDIT, "ann", "inbox", text="mist"), host.now())
    assert store.candidates.get(one.number).state is ReviewState.PENDING
    submit(store, hook, "keeper", host.now())
    first, second = (json.loads(body) for _, body in _got(receiver))
    assert (first["version"], second["version"], second["text"]) == (1, 2, "mist")
    assert first["links"] != second["links"]


def test_a_private_address_is_refused_unless_allowed(host: Any, add: Add) -> None:
    with pytest.raises(TweetgenError, match=r"private|own|local"):
        queue(replace(host, allow_private_addresses=False), "http://127.0.0.1:9/")


def test_a_receiver_that_is_gone_is_told_later(store: Store, host: Any, add: Add) -> None:
    add("fog")
    with pytest.raises(NotSent):
        submit(store, queue(host, "http://127.0.0.1:9/"), "keeper", host.now())
    assert len(store.candidates.unsubmitted("keeper")) == 1
