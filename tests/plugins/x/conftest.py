"""Clients of a small X, one for each way of logging in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tweetgen_plugins._x.client import open_client
from tweetgen_plugins._x.port import BearerToken, UserKeys, XClient, XError
from tweetgen_plugins.destination_x import XDestination

from tests.fakes.host import FakeHost
from tests.fakes.x import FakePost, FakeUser, Fault, How, Running
from tests.plugins.x.desk import Desk
from tweetgen.app import App
from tweetgen.domain import Outgoing
from tweetgen.vault import FileVault


@pytest.fixture
def keeper(x: Running) -> FakeUser:
    """The one who posts."""
    return x.world.add_user("keeper", description="logs &amp; fog")


@pytest.fixture
def connect(x: Running) -> Callable[..., XClient]:
    """A client for credentials; waits a quarter of a second where it would wait twenty."""

    def connected(credentials: UserKeys | BearerToken, **more: Any) -> XClient:
        patience = {"base_url": x.url, "now": lambda: datetime.now(UTC), "read_seconds": 0.25, "total_seconds": 10.0}
        return open_client(credentials, **{**patience, **more})

    return connected


@pytest.fixture
def keys(x: Running, keeper: FakeUser) -> UserKeys:
    """The keeper's."""
    made = x.world.logins.user_keys(keeper.id)
    return UserKeys(made.consumer_key, made.consumer_secret, made.access_token, made.access_token_secret)


@pytest.fixture
def user_token(x: Running, keeper: FakeUser) -> BearerToken:
    """The keeper's, of OAuth 2.0."""
    client, _ = x.world.logins.client()
    return BearerToken(x.world.logins.grant(keeper.id, client, x.world.clock())["access_token"])


@pytest.fixture
def app_token(x: Running) -> BearerToken:
    """An app's own, which only reads."""
    return BearerToken(x.world.logins.app_token())


@pytest.fixture
def writer(connect: Callable[..., XClient], keys: UserKeys) -> XClient:
    """Signs as the keeper."""
    return connect(keys)


@pytest.fixture
def reader(connect: Callable[..., XClient], app_token: BearerToken) -> XClient:
    """Reads as an app."""
    return connect(app_token)


@pytest.fixture
def failing(x: Running) -> Callable[..., XError]:
    """Orders a fault for the next request, makes it, and gives the error it became."""

    def fail(how: How, request: Callable[[], object], **more: Any) -> XError:
        x.world.faults.append(Fault(how, **more))
        with pytest.raises(XError) as caught:
            request()
        assert "\n" not in str(caught.value)
        return caught.value

    return fail


@pytest.fixture
def purse(tmp_path: Path) -> FakeHost:
    """A host whose limits and budget say what a test wants."""
    return FakeHost(FileVault(tmp_path / "secrets"))


@pytest.fixture
def make(x: Running, keeper: FakeUser, purse: FakeHost) -> Callable[..., XDestination]:
    """The destination with the keeper's four keys; `make(thread=True)`."""
    made = x.world.logins.user_keys(keeper.id)
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    keys = {name: getattr(made, name) for name in names}

    def destination(**settings: Any) -> XDestination:
        base = {"base_url": x.url, "read_seconds": 0.25, "total_seconds": 10.0, **keys}
        given = {name: value for name, value in {**base, **settings}.items() if value is not None}
        return XDestination(XDestination.Settings.model_validate(given), purse)

    return destination


@pytest.fixture
def send() -> Callable[..., Outgoing]:
    """A text on its way since a moment ago: `send("fog")`."""

    def outgoing(text: str = "fog, log one", **more: Any) -> Outgoing:
        return Outgoing("keeper", text, "k1", **{"intent_at": datetime.now(UTC), "attempt": 1, **more})

    return outgoing


@pytest.fixture
def desk(x: Running, tmp_path: Path) -> Iterator[Desk]:
    opened: list[App] = []
    yield Desk(tmp_path, x, {"TOKEN": x.world.logins.app_token()}, opened)
    for app in opened:
        app.close()


@pytest.fixture
def write(x: Running) -> Callable[..., list[FakePost]]:
    """Some posts an hour apart: `write(user, 120)`."""

    def posts(user: FakeUser, count: int, **more: Any) -> list[FakePost]:
        begin = x.world.clock() - timedelta(hours=count)
        return [
            x.world.write(user, f"log {n}: fog over the harbour", at=begin + timedelta(hours=n), **more)
            for n in range(count)
        ]

    return posts


@pytest.fixture
def owl(x: Running) -> FakeUser:
    return x.world.add_user("Owl")
