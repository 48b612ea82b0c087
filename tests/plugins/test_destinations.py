"""What every destination promises, wherever it publishes."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from tweetgen_plugins import destination_file

from tweetgen.domain import Receipt
from tweetgen.interfaces import Destination, Measuring
from tweetgen.plugins import Plugins

_ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = [
    "plain",
    "quotes \" and ' and <b>&amp;</b> ]]> \\n",
    "two\nlines\n\nand a gap",
    "👩‍🚀 family 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ñ 漢字 \u202eright to left",
    '{"key": "k1"}',
    "x" * 20_000,
]


@dataclass(frozen=True)
class Subject:
    """A destination, and how to see what it published."""

    name: str
    #: made anew, as a new process would
    make: Callable[[], Destination]
    published: Callable[[], list[str]]


def _file(folder: Path, receiver: Any, capsys: Any) -> tuple[dict[str, Any], Callable[[], list[str]]]:
    def published() -> list[str]:
        path = folder / "out" / "posts.jsonl"
        return [json.loads(line)["text"] for line in path.read_bytes().splitlines()] if path.exists() else []

    return {"path": "out/posts.jsonl"}, published


def _rss(folder: Path, receiver: Any, capsys: Any) -> tuple[dict[str, Any], Callable[[], list[str]]]:
    def published() -> list[str]:
        path = folder / "out" / "feed.xml"
        found = ElementTree.parse(path).getroot().iter(f"{_ATOM}content") if path.exists() else ()
        return [element.text or "" for element in found][::-1]

    return {"path": "out/feed.xml"}, published


def _webhook(folder: Path, receiver: Any, capsys: Any) -> tuple[dict[str, Any], Callable[[], list[str]]]:
    kept: dict[str, str] = {}
    lock = threading.Lock()

    def respond(request: Any, connection: Any) -> None:
        with lock:
            if request.method == "POST":
                kept.setdefault(request.headers["idempotency-key"], json.loads(request.body)["text"])
                key = request.headers["idempotency-key"]
            else:
                (key,) = parse_qs(urlsplit(request.path).query)["key"]
        body = json.dumps({"key": key, "id": f"id-{key}", "url": f"https://example.org/{key}"}).encode()
        receiver.saying(200 if key in kept else 404, body)(request, connection)

    receiver.respond = respond
    settings = {"url": receiver.url, "find_url": receiver.url, "allow_private": True}
    return settings, lambda: list(kept.values())


def _stdout(folder: Path, receiver: Any, capsys: Any) -> tuple[dict[str, Any], Callable[[], list[str]]]:
    printed: list[str] = []

    def published() -> list[str]:
        printed.extend(json.loads(line)["text"] for line in capsys.readouterr().out.splitlines())
        return list(printed)

    return {"format": "json"}, published


SAMPLES = {"file": _file, "rss": _rss, "stdout": _stdout, "webhook": _webhook}
KEYED = sorted(set(SAMPLES) - {"stdout"})
keyed = pytest.mark.parametrize("subject", KEYED, indirect=True)


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return Plugins.load()


@pytest.fixture(params=sorted(SAMPLES))
def subject(
    request: pytest.FixtureRequest, plugins: Plugins, tmp_path: Path, host: Any, receiver: Any, capsys: Any
) -> Subject:
    settings, published = SAMPLES[request.param](tmp_path, receiver, capsys)
    offer = plugins.destinations.get(request.param)
    assert offer.settings is not None
    checked = offer.settings.model_validate(settings)
    return Subject(request.param, lambda: offer.factory(checked, host), published)


def test_every_registered_destination_of_ours_is_held_to_the_contract(plugins: Plugins) -> None:
    ours = {offer.name for offer in plugins.destinations if "tweetgen_plugins" in offer.where}
    # X takes no text twice nor any that is too long: tests/plugins/x/ holds it to what it does promise
    assert ours == set(SAMPLES) | {"x"}


def test_register_destinations_offers_a_destination_under_its_name() -> None:
    offered: dict[str, Any] = {}
    destination_file.register_destinations(offered.__setitem__)
    assert offered == {"file": destination_file.FileDestination}


def test_what_is_published_is_there_as_it_was(subject: Subject, outgoing: Any) -> None:
    destination = subject.make()
    for number, text in enumerate(HOSTILE):
        assert isinstance(destination.publish(outgoing(text, key=f"k{number}")), Receipt)
    assert subject.published() == HOSTILE


def test_what_measures_takes_what_it_says_it_takes(subject: Subject, outgoing: Any) -> None:
    destination = subject.make()
    if isinstance(destination, Measuring):
        for number, text in enumerate(HOSTILE):
            found = destination.measure(text)
            assert found.unit
            if not found.problem and (found.limit is None or found.length <= found.limit):
                destination.publish(outgoing(text, key=f"k{number}"))
    else:
        assert not hasattr(destination, "measure")


@pytest.mark.parametrize("text", ["a\0b\x1b[2Jc\x0bd￾", "half \ud83d of a pair", "two\r\nlines\rin all"])
def test_no_text_breaks_what_is_there_already(subject: Subject, outgoing: Any, text: str) -> None:
    destination = subject.make()
    destination.publish(outgoing("before", key="k0"))
    destination.publish(outgoing(text, key="k1"))
    destination.publish(outgoing("after", key="k2"))
    first, _, last = subject.published()
    assert (first, last) == ("before", "after")


def test_standard_output_alone_cannot_be_asked_and_promises_nothing(subject: Subject, outgoing: Any) -> None:
    destination = subject.make()
    assert destination.keyed == (subject.name in KEYED)
    if not destination.keyed:
        with pytest.raises(NotImplementedError):
            destination.find(outgoing())


@keyed
def test_what_was_published_is_found_by_another_process_and_nothing_else_is(subject: Subject, outgoing: Any) -> None:
    assert subject.make().find(outgoing()) is None
    receipt = subject.make().publish(outgoing())
    assert subject.make().find(outgoing(attempt=2)) == receipt
    assert subject.make().find(outgoing(key="k")) is None
    assert subject.make().find(outgoing(key="k11")) is None


@keyed
@pytest.mark.parametrize("key", ["a/b c?&=%", 'quote"<>', "k" * 200])
def test_any_key_is_found_again(subject: Subject, outgoing: Any, key: str) -> None:
    receipt = subject.make().publish(outgoing(key=key))
    assert subject.make().find(outgoing(key=key)) == receipt


@keyed
def test_a_key_is_published_once_however_often_it_is_asked(subject: Subject, outgoing: Any) -> None:
    first = subject.make().publish(outgoing())
    assert subject.make().publish(outgoing(attempt=2)) == first
    assert subject.published() == ["fog again"]


@keyed
def test_many_at_once_all_arrive_and_each_key_once(subject: Subject, outgoing: Any) -> None:
    keys = [f"k{number % 12}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: subject.make().publish(outgoing(f"text {key}", key=key)), keys))
    assert sorted(subject.published()) == sorted(f"text {key}" for key in set(keys))


def test_it_says_how_long_a_text_may_take_to_appear(subject: Subject) -> None:
    assert timedelta(0) <= subject.make().settle <= timedelta(minutes=15)


def test_settings_refuse_unknown_keys_and_say_what_they_mean(subject: Subject, plugins: Plugins) -> None:
    settings = plugins.destinations.get(subject.name).settings
    assert settings is not None
    with pytest.raises(ValueError, match="colour"):
        settings.model_validate({"path": "x", "url": "https://example.org", "colour": "red"})
    described = settings.model_json_schema()["properties"]
    assert all(part.get("description") for part in described.values())
