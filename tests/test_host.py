"""What a plugin reaches through its host: state, queue, corpus, the texts of the instance."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tweetgen.app import App
from tweetgen.domain import Action
from tweetgen.errors import InputError

Opened = Callable[[str], App]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    apps: list[App] = []

    def write(text: str = "") -> App:
        (tmp_path / "config.yaml").write_text(text)
        (tmp_path / "accounts").mkdir()
        for name in ("ann", "ben"):
            (tmp_path / f"accounts/{name}.yaml").write_text("timezone: Europe/Berlin")
        apps.append(App.open(tmp_path))
        return apps[0]

    yield write
    for app in apps:
        app.close()


def test_a_host_opens_nothing_until_it_is_asked(opened: Opened, tmp_path: Path) -> None:
    host = opened("timezone: Asia/Tokyo\nservice: {allow_private_addresses: true}").host("filter.x")
    assert (host.account, host.timezone.key, host.allow_private_addresses) == ("", "Asia/Tokyo", True)
    assert not (tmp_path / "state").exists()


def test_a_host_has_the_time_zone_of_its_account(opened: Opened) -> None:
    assert opened("").host("filter.x", "ann").timezone.key == "Europe/Berlin"


def test_state_is_kept_by_plugin_and_account_and_by_compare_and_set(opened: Opened) -> None:
    app = opened("")
    mine, same = app.host("x", "ann").state, app.host("x", "ann").state
    assert mine.get() == (None, 0)
    assert mine.put({"seen": 3}, 0)
    assert not same.put({"seen": 4}, 0)
    value, version = same.get()
    assert (value, version > 0) == ({"seen": 3}, True)
    for other in (app.host("y", "ann"), app.host("x", "ben"), app.host("x")):
        assert other.state.get() == (None, 0)


def test_destinations_tell_under_which_names_the_accounts_post(opened: Opened) -> None:
    app = opened("")
    host = app.host("source.x")
    assert set(host.own_names()) == set()
    app.host("destination.main", "ann").state.put({"own_names": ["AnnBot", "17"]}, 0)
    app.host("destination.x", "ben").state.put({"own_names": ["18"]}, 0)
    app.host("destination.file", "ben").state.put(["something else"], 0)
    app.host("filter.x", "ben").state.put({"own_names": ["nobody"]}, 0)
    assert set(host.own_names()) == {"AnnBot", "17", "18"}


def test_a_queue_sees_the_candidates_of_its_account_alone(opened: Opened, approve: Callable[..., int]) -> None:
    app = opened("")
    number = approve(app.store, "fog", account="ann", at=datetime.now(UTC))
    found = app.host("x", "ann").queue.get(number)
    assert found is not None
    assert found.text == "fog"
    assert app.host("x", "ben").queue.get(number) is None
    assert app.host("x", "ann").queue.get(number + 1) is None
    assert app.host("x", "ann").queue.pending() == []
    assert app.host("x", "ann").queue.decided_today("inbox") == 1
    assert app.host("x", "ann").queue.decided_today("sheet") == 0
    assert app.host("x", "ben").recent_texts() == ["fog"]


def test_a_link_needs_an_address_that_others_can_reach(opened: Opened, approve: Callable[..., int]) -> None:
    app = opened("")
    queue = app.host("x", "ann").queue
    pending = app.store.candidates.get(approve(app.store, "fog", account="ann", at=datetime.now(UTC)))
    with pytest.raises(InputError, match=r"web\.url: is not set"):
        queue.link(pending, Action.APPROVE)


def test_links_are_signed_with_the_secret_of_the_configuration(
    opened: Opened, approve: Callable[..., int], tmp_path: Path
) -> None:
    (tmp_path / "links").write_text("a secret of tests alone, long enough\n")
    app = opened("web: {url: https://bot.example.org/, secret: {$file: links}}")
    pending = app.store.candidates.get(approve(app.store, "fog", account="ann", at=datetime.now(UTC)))
    link = app.host("x", "ann").queue.link(pending, Action.REJECT)
    assert link.startswith("https://bot.example.org/links/")
    ticket = app.links.read(link.rpartition("/")[2], datetime.now(UTC))
    assert (ticket.number, ticket.action) == (pending.number, Action.REJECT)
    assert not (tmp_path / "state/web.secret").exists()


def test_the_corpus_of_a_new_instance_knows_nothing(opened: Opened) -> None:
    corpus = opened("").host("x", "ann").corpus
    assert corpus.shared_words("one two three four five six seven") == (0, "")
    assert corpus.nearest("one two three four five six seven") is None
