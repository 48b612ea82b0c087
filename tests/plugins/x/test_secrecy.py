"""Keys and tokens are told nowhere: not by any command, not in what is stored, not where X itself repeats them."""

import json
import logging
import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tweetgen_plugins._x.tokens import Tokens, keep
from tweetgen_plugins.destination_x import XDestination

from tests.fakes.host import FakeHost
from tests.fakes.x import FakeUser, Fault, How, Running, World
from tests.fakes.x.leaks import listening, secrets_of
from tweetgen import cli
from tweetgen.app import App
from tweetgen.domain import Outgoing
from tweetgen.errors import ReauthRequired, TweetgenError
from tweetgen.pipeline.delivery import Channel, Judge
from tweetgen.pipeline.dispatch import Dispatcher, Timing
from tweetgen.service.redaction import Redactor
from tweetgen.store import Store
from tweetgen.store.outbox_row import OutboxRow

Send = Callable[..., Outgoing]
COMMANDS = [
    ["config", "show"],
    ["config", "check"],
    ["plugins", "x"],
    ["accounts"],
    ["doctor"],
    ["doctor", "--json"],
    ["doctor", "--online"],
    ["status"],
    ["status", "--json"],
    ["outbox"],
    ["outbox", "--json"],
    ["outbox", "show", "1"],
    ["outbox", "show", "1", "--json"],
    ["auth", "x", "signed"],
    ["auth", "x", "open", "--minutes", "0"],
    ["backup", "copy.db"],
]


@pytest.fixture
def instance(x: Running, keeper: FakeUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Two accounts, one with four keys from the environment, one with a login; each has sent and failed to send."""
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    keys = x.world.logins.user_keys(keeper.id)
    client, secret = x.world.logins.client(secret=True)
    monkeypatch.setenv("OPEN_CLIENT_SECRET", str(secret))
    for name in names:
        monkeypatch.setenv(f"SIGNED_{name.upper()}", getattr(keys, name))
    signed = ", ".join(f"{name}: {{$env: SIGNED_{name.upper()}}}" for name in names)
    opened = f"client_id: {client}, client_secret: {{$env: OPEN_CLIENT_SECRET}}"
    folder = tmp_path / "instance"
    (folder / "accounts").mkdir(parents=True)
    (folder / "config.yaml").write_text("")
    for name, login in (("signed", signed), ("open", opened)):
        text = f"destinations: [{{x: {{base_url: '{x.url}', read_seconds: 0.25, {login}}}}}]"
        (folder / f"accounts/{name}.yaml").write_text(text)
    app = App.open(folder)
    said = x.world.logins.grant(keeper.id, client, x.world.clock())
    now = datetime.now(UTC)
    keep(app.vault, "x.open", Tokens(said["access_token"], said["refresh_token"], now, since=now))
    yield app
    app.close()


def send(app: App, world: World, place: Callable[..., OutboxRow]) -> None:
    """By the dispatcher itself, so that errors are stored: one text arrives, two are refused with keys in X's words."""
    for account in ("signed", "open"):
        (one,) = app.destinations(account)
        channel = Channel(account, one.name, one.destination, "reconcile", one.settle, 3)
        timing, judge = Timing(lambda: datetime.now(UTC)), Judge(random.Random(1))
        dispatcher = Dispatcher(app.store, "me", {channel.key: channel}, timing, judge)
        for kind in ("", "detail", "title"):
            place(app.store, f"fog of {account} {kind}", account, one.name, datetime.now(UTC))
            if kind:
                repeated = json.dumps({kind: f"refused {' '.join(sent(app, account))}", "status": 403}).encode()
                world.faults.append(Fault(How.RAW, "create", status=403, body=repeated))
            while dispatcher.send_next():
                pass


def sent(app: App, account: str) -> list[str]:
    """What X gets of a login, and might repeat."""
    if account == "signed":
        return [os.environ[f"SIGNED_{name}"] for name in ("CONSUMER_KEY", "ACCESS_TOKEN")]
    kept = app.vault.get("x.open")
    assert isinstance(kept, dict)
    return [str(kept["access"])]


def test_no_command_and_no_file_tells_a_key_or_a_token(
    x: Running,
    instance: App,
    place: Callable[..., OutboxRow],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    send(instance, x.world, place)
    assert x.world.requests["create"] == 6
    assert len(x.world.accepted()) == 2
    assert x.world.requests["token"] == 1
    monkeypatch.chdir(instance.base)
    printed = ""
    for arguments in COMMANDS:
        with pytest.raises(SystemExit):
            cli.main(arguments)
        printed += "".join(capsys.readouterr())
    secrets = secrets_of(x.world.logins)
    assert "refused ***" in printed
    assert {one for one in secrets if one in printed} == set()
    written = [path for path in instance.base.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    assert instance.base / "copy.db" in written
    leaking = {one for path in written for one in secrets if one.encode() in path.read_bytes()}
    assert leaking == set()


def test_the_service_keeps_kept_tokens_out_of_its_log(instance: App) -> None:
    kept = instance.vault.get("x.open")
    assert isinstance(kept, dict)
    told = Redactor(instance.secrets()).text(f"it broke with {kept['access']} and {kept['refresh']}")
    assert told == "it broke with *** and ***"


@pytest.mark.parametrize("name", ["error", "error_description"])
def test_a_token_endpoint_that_repeats_a_token_is_not_repeated(
    x: Running, keeper: FakeUser, purse: FakeHost, send: Send, name: str
) -> None:
    client, _ = x.world.logins.client()
    said = x.world.logins.grant(keeper.id, client, x.world.clock())
    now = datetime.now(UTC)
    keep(purse.secrets, "x.keeper", Tokens(said["access_token"], said["refresh_token"], now, since=now))
    body = json.dumps({name: f"no such token: {said['refresh_token']}"}).encode()
    x.world.faults.append(Fault(How.RAW, "token", status=400, body=body))
    settings = XDestination.Settings.model_validate({"base_url": x.url, "client_id": client, "read": False})
    with pytest.raises(ReauthRequired, match=r"no such token: \*\*\*"):
        XDestination(settings, purse).publish(send())


# ── whether the search itself finds anything ──


@pytest.fixture
def planted(x: Running) -> str:
    """A token that only this fixture's X gave out; its own search is left without it in the end."""
    return x.world.logins.app_token()


@pytest.mark.parametrize("place", ["the log", "output", "TweetgenError", "file"])
def test_what_is_told_is_found(
    planted: str, x: Running, capsys: pytest.CaptureFixture[str], tmp_path: Path, place: str
) -> None:
    with pytest.MonkeyPatch.context() as patched, listening(patched) as leaks:
        if place == "the log":
            logging.getLogger("tweepy.deep").debug("Authorization: Bearer %s", planted)
        elif place == "output":
            print(planted)
            capsys.readouterr()
        elif place == "TweetgenError":
            with pytest.raises(TweetgenError):
                raise TweetgenError(f"refused {planted}")
        else:
            (tmp_path / "dump.bin").write_bytes(b"\0" + planted.encode())
    found = leaks.found(secrets_of(x.world.logins), tmp_path)
    assert found == [str(tmp_path / "dump.bin") if place == "file" else place]
    # the fixture itself would find it as well
    x.world.logins.bearers.clear()


def test_a_database_that_was_written_to_is_searched(x: Running, planted: str, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'tweetgen.db'}") as store:
        store.plugin_states.put("destination.x", "keeper", {"token": planted}, 0)
        with pytest.MonkeyPatch.context() as patched, listening(patched) as leaks:
            found = leaks.found(secrets_of(x.world.logins), tmp_path)
    assert any("tweetgen.db" in place for place in found)
    x.world.logins.bearers.clear()
