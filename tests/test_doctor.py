"""Every check finds what is wrong, with a remedy; a sound instance is told so."""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweetgen.app import App
from tweetgen.doctor import examine
from tweetgen.domain import Finding, Role
from tweetgen.store.deeds import By

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Opened = Callable[..., App]


@pytest.fixture
def opened(tmp_path: Path, save_model: Callable[..., Path]) -> Iterator[Opened]:
    """Opens an instance with a model of ada and the account file given."""
    save_model(tmp_path / "weights/shared.safetensors", "ada")
    apps: list[App] = []

    def write(account: str = "voice: {ada: 1}", text: str = "", **environment: str) -> App:
        (tmp_path / "config.yaml").write_text(text)
        (tmp_path / "accounts").mkdir(exist_ok=True)
        (tmp_path / "accounts/a.yaml").write_text(account)
        apps.append(App.open(tmp_path, environment))
        return apps[-1]

    yield write
    for app in apps:
        app.close()


def problems(app: App, online: bool = False) -> list[Finding]:
    return [found for found in examine(app, NOW, online) if not found.ok]


def test_a_sound_instance_has_no_problem(opened: Opened) -> None:
    findings = list(examine(opened(), NOW))
    assert [found for found in findings if not found.ok] == []
    assert [found.about for found in findings] == [
        "plugins",
        "secrets",
        "store",
        "a",
        "links",
        "pages",
        "clock",
        "disk",
    ]


def test_an_author_the_model_does_not_know(opened: Opened) -> None:
    (found,) = problems(opened("voice: {bob: 1}"))
    assert found.about == "a"
    assert "unknown author 'bob'" in found.told


def test_source_files_that_are_not_there(opened: Opened, tmp_path: Path) -> None:
    text = "sources: [jsonl: {path: posts.jsonl}, textfile: {path: books/*.txt, author: ada}, x_archive: {path: x.zip}]"
    found = problems(opened(text=text))
    assert [one.about for one in found] == ["source jsonl", "source textfile", "source x_archive"]
    assert found[0].told == "posts.jsonl: no such file; mend the path"
    for name in ("posts.jsonl", "books/one.txt", "x.zip"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert problems(opened(text=text)) == []


def test_an_account_without_a_schedule_posts_by_slots_made_by_hand(opened: Opened) -> None:
    app = opened("voice: {ada: 1}\ndestinations: [file: {path: out.jsonl}]")
    (found,) = problems(app)
    assert "nothing is sent without a schedule" in found.told
    assert found.told.endswith("or by hand: tweetgen slots add a WHEN")
    app.store.slots.book("a", "post", datetime.now(UTC) + timedelta(days=1), datetime.now(UTC))
    assert problems(app) == []


def test_a_secret_that_is_not_there(opened: Opened) -> None:
    account = "destinations: [webhook: {url: {$env: HOOK}}]\nschedule: {post: '09:00'}\nvoice: {ada: 1}"
    found = problems(opened(account))
    assert [one.about for one in found] == ["a: destinations", "secrets"]
    assert all("HOOK is not set" in one.told for one in found)
    assert problems(opened(account, HOOK="https://a.example/x")) == []


def test_a_damaged_database(opened: Opened, tmp_path: Path) -> None:
    app = opened()
    app.store.close()
    file = tmp_path / "state/tweetgen.db"
    with sqlite3.connect(file) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'decisions_account'").fetchone()
    connection.close()
    with file.open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * size)
    found = problems(opened())
    assert found
    assert all(one.about in ("store", "decisions") for one in found)


def test_a_secret_of_links_that_others_may_read(opened: Opened, tmp_path: Path) -> None:
    app = opened()
    _ = app.links
    assert problems(app) == []
    (tmp_path / "state/web.secret").chmod(0o644)
    (found,) = problems(opened())
    assert "run: chmod 600" in found.told


def test_a_clock_that_was_set_back(opened: Opened) -> None:
    app = opened()
    app.store.journal.begin("collect", "", "", NOW + timedelta(hours=1))
    (found,) = problems(app)
    assert (found.about, "set the clock" in found.told) == ("clock", True)


def test_a_disk_that_is_nearly_full(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(1e12, 1e12, 1e6))
    (found,) = problems(opened())
    assert (found.about, "free some space" in found.told) == ("disk", True)


def test_hosts_are_reached_for_only_when_asked(opened: Opened) -> None:
    # nobody listens at port 1
    app = opened("voice: {ada: 1}", "observers: [webhook: {url: 'http://127.0.0.1:1/x', allow_private: true}]")
    assert problems(app) == []
    (found,) = problems(app, online=True)
    assert found.told.startswith("127.0.0.1:1 does not answer (Connection refused)")


def test_links_need_an_address_where_candidates_are_decided_by_them(opened: Opened) -> None:
    account = "voice: {ada: 1}\nreview: {webhook: {url: 'https://chat.example'}}"
    (found,) = problems(opened(account))
    assert (found.about, found.told) == (
        "links",
        "web.url: is not set, so no link can be made for a; set it to how others reach this machine",
    )
    assert not problems(opened(account, "web: {url: 'https://bot.example'}"))


def test_tokens_that_others_may_read(opened: Opened) -> None:
    app = opened()
    app.vault.put("x.a", {"access": "planted"})
    assert [found.told for found in examine(app, NOW) if found.about == "tokens"] == [
        "1 logins are kept for their owner's eyes alone"
    ]
    file = app.state / "secrets/x.a"
    file.chmod(0o640)
    (found,) = problems(app)
    assert (found.about, f"run: chmod 600 {file}" in found.told, "planted" in found.told) == ("tokens", True, False)


X = """
voice: {ada: 1}
filters: [history]
destinations: [{x: {consumer_key: k, consumer_secret: k, access_token: k, access_token_secret: k}}]
"""


def test_what_a_destination_finds_wrong_with_itself(opened: Opened) -> None:
    found = {found.about: found.ok for found in examine(opened(X), NOW) if found.about.startswith("a: x: ")}
    assert found == {
        "a: x: login": True,
        "a: x: automated label": False,
        "a: x: bio": False,
        "a: x: human operator": False,
        "a: x: replies": True,
        "a: x: similar posts": True,
        "a: x: mentions": False,
    }


def test_a_destination_without_a_login_is_told_once(opened: Opened) -> None:
    found = problems(opened("voice: {ada: 1}\ndestinations: [x]"))
    (told,) = [one.told for one in found if one.about == "a: destinations"]
    assert "the login at X of a: is not there" in told


@pytest.mark.parametrize(
    ("web", "users", "ok", "told"),
    [
        ("{}", 0, True, "127.0.0.1 is this machine's own; nobody needs to log in"),
        ("{}", 2, True, "127.0.0.1 is this machine's own; 2 may enter, 1 of them as admin"),
        ("{url: 'https://bot.example'}", 0, True, "links work, pages open to nobody"),
        ("{url: 'https://bot.example'}", 1, True, "others can reach https://bot.example; 1 may enter"),
        ("{host: 0.0.0.0}", 0, False, "run: tweetgen users add NAME --role admin"),
        ("{host: 0.0.0.0}", 1, False, "passwords travel in the clear; put a proxy with TLS in front"),
        ("{host: 0.0.0.0, url: 'https://bot.example'}", 1, True, "others can reach https://bot.example"),
    ],
)
def test_who_can_reach_the_pages_and_may_enter(opened: Opened, web: str, users: int, ok: bool, told: str) -> None:
    app = opened(text=f"web: {web}")
    for number in range(users):
        role = Role.VIEWER if number else Role.ADMIN
        app.store.users.add(f"ann{number}", role, "not a hash", NOW, By("tests", "tests"))
    (found,) = [found for found in examine(app, NOW) if found.about == "pages"]
    assert found.ok is ok
    assert told in found.told
