"""OAuth 2.0: each refresh token is tried once, new ones are on disk before use, a lost answer ends in a login."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tweetgen_plugins._x.credentials import XSettings
from tweetgen_plugins._x.tokens import Login, Tokens, keep
from tweetgen_plugins.destination_x import XDestination

from tests.fakes.host import FakeHost
from tests.fakes.x import FakeUser, Fault, How, Running
from tweetgen.domain import Outgoing
from tweetgen.errors import Busy, DeliveryError, NotSent, ReauthRequired, Throttled
from tweetgen.vault import FileVault

Make = Callable[..., XDestination]
Send = Callable[..., Outgoing]
NAME = "x.keeper"


@pytest.fixture
def settings(x: Running) -> dict[str, Any]:
    client, secret = x.world.logins.client(secret=True)
    times = {"read_seconds": 0.25, "total_seconds": 10.0}
    return {"base_url": x.url, "client_id": client, "client_secret": secret, **times}


@pytest.fixture
def logged_in(x: Running, keeper: FakeUser, purse: FakeHost, settings: dict[str, Any]) -> Callable[..., Tokens]:
    """Keeps tokens as after a login; `logged_in(ends=timedelta(0))`: they have just ended."""

    def grant(ends: timedelta = timedelta(hours=2)) -> Tokens:
        said = x.world.logins.grant(keeper.id, settings["client_id"], x.world.clock())
        now = datetime.now(UTC)
        tokens = Tokens(said["access_token"], said["refresh_token"], now + ends, since=now)
        keep(purse.secrets, NAME, tokens)
        return tokens

    return grant


@pytest.fixture
def make(purse: FakeHost, settings: dict[str, Any]) -> Make:
    def destination(**more: Any) -> XDestination:
        wanted = XDestination.Settings.model_validate({**settings, "read": False, **more})
        return XDestination(wanted, purse)

    return destination


def test_a_login_that_holds_is_used_as_it_is(
    x: Running, make: Make, send: Send, logged_in: Callable[..., Tokens]
) -> None:
    logged_in()
    make().publish(send())
    assert x.world.requests == {"create": 1}


@pytest.mark.parametrize("ends", [timedelta(0), timedelta(seconds=30), timedelta(days=-30)])
def test_one_that_ends_is_renewed_before_it_is_used_and_kept_first(
    x: Running, make: Make, send: Send, purse: FakeHost, logged_in: Callable[..., Tokens], ends: timedelta
) -> None:
    old = logged_in(ends)
    make().publish(send())
    kept = purse.secrets.get(NAME)
    assert isinstance(kept, dict)
    assert kept["access"] != old.access
    assert kept["refresh"] != old.refresh
    assert kept["spent"] is False
    assert x.world.requests == {"token": 1, "create": 1}


def test_one_that_x_refuses_is_renewed_once_and_the_text_posted(
    x: Running, make: Make, send: Send, logged_in: Callable[..., Tokens]
) -> None:
    logged_in()
    x.world.faults.append(Fault(How.UNAUTHORIZED, "create"))
    make().publish(send())
    assert x.world.requests == {"create": 2, "token": 1}
    assert len(x.world.accepted()) == 1


def test_one_that_x_refuses_twice_needs_a_person(
    x: Running, make: Make, send: Send, logged_in: Callable[..., Tokens]
) -> None:
    logged_in()
    x.world.faults.append(Fault(How.UNAUTHORIZED, "create", times=2))
    with pytest.raises(ReauthRequired, match="run: tweetgen auth x keeper"):
        make().publish(send())
    assert x.world.requests == {"create": 2, "token": 1}


def test_before_the_first_login_a_person_is_needed(x: Running, make: Make, send: Send) -> None:
    with pytest.raises(ReauthRequired, match="nobody has logged in yet; run: tweetgen auth x keeper"):
        make().publish(send())
    assert x.world.requests == {}


@pytest.mark.parametrize("accept", [False, True])
@pytest.mark.parametrize("how", [How.DROP, How.RESET, How.SILENCE, How.UNAVAILABLE, How.LIST, How.EMPTY])
def test_a_lost_answer_is_never_asked_for_again(
    x: Running, make: Make, send: Send, logged_in: Callable[..., Tokens], how: How, accept: bool
) -> None:
    logged_in(timedelta(0))
    x.world.faults.append(Fault(how, "token", accept=accept))
    for _ in range(5):
        with pytest.raises(ReauthRequired, match="run: tweetgen auth x keeper"):
            make().publish(send())
    assert x.world.requests == {"token": 1}


def test_a_process_that_died_while_renewing_leaves_the_same(
    x: Running, make: Make, send: Send, purse: FakeHost, logged_in: Callable[..., Tokens]
) -> None:
    logged_in(timedelta(0))

    class Killed(BaseException):
        pass

    class Requests:
        def call(self, *_: Any) -> Any:
            raise Killed

    given = XSettings(base_url=x.url, client_id=SecretStr("c"))
    with pytest.raises(Killed):
        Login(given, purse, Requests()).tokens()
    with pytest.raises(ReauthRequired, match="the answer with the new tokens was lost"):
        make().publish(send())
    assert x.world.requests == {}


def test_a_refusal_to_renew_is_final_and_told_in_x_s_words(
    x: Running, make: Make, send: Send, purse: FakeHost, logged_in: Callable[..., Tokens]
) -> None:
    tokens = logged_in(timedelta(0))
    x.world.logins.revoke(tokens.access)
    for _ in range(3):
        with pytest.raises(ReauthRequired) as caught:
            make().publish(send())
    assert x.world.requests == {"token": 1}
    assert tokens.refresh not in str(caught.value)


def test_without_a_way_to_x_nothing_is_used_up(
    x: Running, make: Make, send: Send, purse: FakeHost, logged_in: Callable[..., Tokens]
) -> None:
    logged_in(timedelta(0))
    for _ in range(3):
        with pytest.raises(NotSent):
            make(base_url="http://127.0.0.1:9").publish(send())
    make().publish(send())
    assert len(x.world.accepted()) == 1


def test_a_limit_on_renewing_uses_nothing_up(
    x: Running, make: Make, send: Send, logged_in: Callable[..., Tokens]
) -> None:
    logged_in(timedelta(0))
    x.world.faults.append(Fault(How.LIMITED, "token"))
    with pytest.raises(Throttled):
        make().publish(send())
    make().publish(send())
    assert len(x.world.accepted()) == 1


def test_many_at_once_renew_it_once(
    x: Running, keeper: FakeUser, purse: FakeHost, settings: dict[str, Any], logged_in: Callable[..., Tokens]
) -> None:
    logged_in(timedelta(0))
    logins = [Login(XSettings.model_validate(settings), purse) for _ in range(8)]
    got: list[str] = []
    threads = [threading.Thread(target=lambda one=one: got.append(one.tokens().access)) for one in logins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(got)) == 1
    assert x.world.requests == {"token": 1}


def test_many_refused_at_once_renew_it_once(
    x: Running, purse: FakeHost, settings: dict[str, Any], logged_in: Callable[..., Tokens]
) -> None:
    stale = logged_in().access
    login = Login(XSettings.model_validate(settings), purse)
    first, second = login.tokens(stale), login.tokens(stale)
    assert first.access == second.access != stale
    assert x.world.requests == {"token": 1}


def test_a_disk_that_is_full_is_noticed_before_the_token_is_used(
    x: Running, make: Make, send: Send, logged_in: Callable[..., Tokens], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged_in(timedelta(0))

    def full(self: FileVault, name: str, value: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(FileVault, "put", full)
        with pytest.raises(NotSent, match="No space left"):
            make().publish(send())
    assert x.world.requests == {}
    make().publish(send())


@pytest.mark.parametrize(
    "damage", ["{", '"text"', "[1]", '{"access": 1}', '{"access": "a", "refresh": "r", "expires_at": "x"}']
)
def test_a_damaged_file_needs_a_login(make: Make, send: Send, tmp_path: Path, damage: str) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / f"secrets/{NAME}").write_text(damage)
    with pytest.raises(ReauthRequired):
        make().publish(send())


def test_somebody_else_who_renews_for_too_long_is_waited_for_later(
    make: Make, send: Send, purse: FakeHost, logged_in: Callable[..., Tokens], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged_in(timedelta(0))

    def taken(self: FileVault, name: str, seconds: float = 15) -> Any:
        raise Busy(f"the secret {name}", "another process that renews it")

    monkeypatch.setattr(FileVault, "lock", taken)
    with pytest.raises(DeliveryError) as caught:
        make().publish(send())
    assert type(caught.value) is NotSent


def test_no_token_is_in_what_is_shown(purse: FakeHost, logged_in: Callable[..., Tokens], tmp_path: Path) -> None:
    tokens = logged_in()
    assert tokens.access not in f"{tokens!r} {tokens}"
    assert json.loads((tmp_path / f"secrets/{NAME}").read_text())["access"] == tokens.access
