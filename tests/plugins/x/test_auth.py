"""`tweetgen auth x`: a person says yes in a browser, the code is exchanged at once, and what waited is sent."""

import http.client
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from tweetgen_plugins._x.authorizing import SCOPES, ask, listening
from tweetgen_plugins.command_auth import command
from tweetgen_plugins.destination_x import XDestination

from tests.fakes.host import FakeHost
from tests.fakes.x import FakeUser, Fault, How, Running
from tweetgen.app import App
from tweetgen.errors import InputError, ReauthRequired, TweetgenError


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def open_in_browser(address: str) -> str:
    """Say yes, and be sent back; the page that is shown in the end."""
    with urllib.request.urlopen(address, timeout=20) as page:
        return str(page.read().decode())


@pytest.fixture
def client(x: Running, keeper: FakeUser) -> str:
    return x.world.logins.client()[0]


@pytest.fixture
def settings(x: Running, client: str) -> dict[str, Any]:
    return {"base_url": x.url, "client_id": client, "redirect_uri": f"http://127.0.0.1:{free_port()}/callback"}


# ── the whole way ──


def test_a_login_from_the_address_shown_to_the_post_that_waited_for_it(
    x: Running, settings: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text("")
    (tmp_path / "accounts").mkdir()
    lines = "".join(f"      {name}: {value}\n" for name, value in settings.items())
    (tmp_path / "accounts/parody.yaml").write_text(f"destinations:\n  - x:\n{lines}")
    app = App.open(tmp_path)
    with pytest.raises(ReauthRequired, match="run: tweetgen auth x parody"):
        app.destinations("parody")[0].destination.find(_outgoing())
    app.store.channels.block("parody", "x", "nobody has logged in yet", datetime(2026, 3, 1, tzinfo=UTC))
    program = [sys.executable, "-u", "-m", "tweetgen", "auth", "x", "parody"]
    with subprocess.Popen(program, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        assert run.stdout is not None
        address = next(line.strip() for line in run.stdout if line.strip().startswith("http"))
        assert "Thank you" in open_in_browser(address)
        rest = run.stdout.read()
    assert (run.returncode, rest.strip()) == (0, "parody posts as @keeper through x.")
    assert (tmp_path / "state/secrets/x.parody").stat().st_mode & 0o777 == 0o600
    assert list(app.store.channels.all()) == []
    assert app.host("source.x").own_names() == {"keeper"}
    receipt = app.destinations("parody")[0].destination.publish(_outgoing())
    assert receipt.url.startswith("https://x.com/keeper/status/")
    app.close()


def _outgoing() -> Any:
    from tweetgen.domain import Outgoing

    return Outgoing("parody", "fog", "k1", datetime.now(UTC), 1)


# ── what is asked ──


def test_what_is_asked_for_is_bound_to_this_login_and_to_nothing_more_than_is_needed() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # of RFC 7636, appendix B
    words = iter(["s" * 43, verifier])
    asking = ask("client", "https://api.x.com", "http://127.0.0.1:8976/callback", lambda: next(words))
    parts = urlsplit(asking.address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://x.com/i/oauth2/authorize"
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query.pop("code_challenge") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert query == {
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": "http://127.0.0.1:8976/callback",
        "scope": "tweet.read tweet.write users.read offline.access",
        "state": "s" * 43,
        "code_challenge_method": "S256",
    }
    assert set(SCOPES) == set(query["scope"].split())
    assert verifier not in asking.address
    assert "s" * 43 not in repr(asking).replace(asking.address, "")


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        ("/callback?state=other&code=c", "is no answer to this login"),
        ("/callback?code=c", "is no answer to this login"),
        ("", "is no answer to this login"),
        ("/callback?state=S&error=access_denied", "it was refused"),
        ("/callback?state=S&error=server_error", "X says 'server_error'"),
        ("/callback?state=S", "holds no code"),
    ],
)
def test_an_answer_that_is_none_is_told(answered: str, told: str) -> None:
    words = iter(["S", "v" * 43])
    asking = ask("client", "https://api.x.com", "http://127.0.0.1:1/callback", lambda: next(words))
    with pytest.raises(InputError, match=told):
        asking.code(answered)


def test_the_listener_passes_over_others_and_icons() -> None:
    words = iter(["S" * 20, "v" * 43])
    redirect = f"http://127.0.0.1:{free_port()}/callback"
    asking = ask("client", "https://api.x.com", redirect, lambda: next(words))
    statuses = []

    def visit() -> None:
        for path in ("/favicon.ico", "/callback?state=other&code=wrong", f"/callback?state={'S' * 20}&code=right"):
            connection = http.client.HTTPConnection(urlsplit(redirect).netloc, timeout=20)
            connection.request("GET", path)
            statuses.append(connection.getresponse().status)
            connection.close()

    with listening(redirect) as listener:
        browser = threading.Thread(target=visit)
        browser.start()
        assert listener.wait(asking, 20) == "right"
        browser.join()
    assert statuses == [404, 200, 200]


def test_nobody_who_comes_is_told(settings: dict[str, Any]) -> None:
    asking = ask("client", "https://api.x.com", settings["redirect_uri"], lambda: "S" * 43)
    with listening(settings["redirect_uri"]) as listener, pytest.raises(InputError, match="nobody has answered"):
        listener.wait(asking, 0.01)


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1:8976/callback", "http://bot.example.org:80/", "http://127.0.0.1/x"]
)
def test_only_this_machine_is_listened_at(address: str) -> None:
    with pytest.raises(InputError, match="log in with --paste"), listening(address):
        pass


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/callback"
        with pytest.raises(InputError, match=r"cannot be listened at .*choose another here"), listening(address):
            pass


# ── the command ──


class FakeInstance:
    """What click's object is to the command."""

    def __init__(self, **made: XDestination) -> None:
        self.made, self.renewed = made, list[tuple[str, str]]()

    def destinations(self, plugin: str, account: str) -> dict[str, XDestination]:
        assert (plugin, account) == ("x", "keeper")
        return self.made

    def logged_in(self, account: str, destination: str) -> None:
        self.renewed.append((account, destination))


@pytest.fixture
def make(purse: FakeHost, settings: dict[str, Any]) -> Callable[..., XDestination]:
    def destination(**more: Any) -> XDestination:
        return XDestination(XDestination.Settings.model_validate({**settings, **more}), purse)

    return destination


@dataclass(frozen=True)
class Ran:
    """A command that was run."""

    output: str
    exception: BaseException | None


@pytest.fixture
def paste(x: Running, keeper: FakeUser, settings: dict[str, Any], client: str) -> Callable[..., Ran]:
    """Runs the command, says yes, and pastes what comes of it."""

    def run(instance: FakeInstance, *more: str, answer: str | None = None) -> Ran:
        def pasted(text: str, **_: Any) -> str:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(shown[0]).query).items()}
            if answer is not None:
                return answer
            logins = x.world.logins
            code = logins.agree(
                keeper.id, client, asked["scope"], asked["code_challenge"], asked["redirect_uri"], x.world.clock()
            )
            return f"{asked['redirect_uri']}?state={asked['state']}&code={code}"

        shown: list[str] = []

        def echo(text: str = "", **_: Any) -> None:
            shown.extend(re.findall(r"http\S+", text))
            said.append(text)

        said: list[str] = []
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("tweetgen_plugins.command_auth.click.prompt", pasted)
            patched.setattr("tweetgen_plugins.command_auth.click.echo", echo)
            result = CliRunner().invoke(command, ["x", "keeper", "--paste", *more], obj=instance)
        return Ran("\n".join(said), result.exception)

    return run


def test_a_browser_elsewhere_is_served_by_pasting(
    make: Callable[..., XDestination], paste: Callable[..., Ran], purse: FakeHost
) -> None:
    instance = FakeInstance(x=make())
    result = paste(instance)
    assert result.exception is None
    assert "keeper posts as @keeper through x." in result.output
    assert instance.renewed == [("keeper", "x")]
    kept = purse.secrets.get("x.keeper")
    assert isinstance(kept, dict)
    assert str(kept["access"]) not in result.output


def test_whose_login_it_is_need_not_be_asked(make: Callable[..., XDestination], paste: Callable[..., Ran]) -> None:
    assert "keeper may post through x." in paste(FakeInstance(x=make(read=False))).output


def test_another_user_than_the_settings_say_is_refused_and_forgotten(
    make: Callable[..., XDestination], paste: Callable[..., Ran], purse: FakeHost
) -> None:
    instance = FakeInstance(x=make(user="owl"))
    result = paste(instance)
    assert "is @keeper's, not @owl's; log in as @owl" in str(result.exception)
    assert (instance.renewed, purse.secrets.get("x.keeper")) == ([], None)


@pytest.mark.parametrize("how", [How.DROP, How.UNAVAILABLE, How.LIST, How.NOT_FOUND])
def test_an_exchange_that_fails_keeps_nothing(
    x: Running, make: Callable[..., XDestination], paste: Callable[..., Ran], purse: FakeHost, how: How
) -> None:
    x.world.faults.append(Fault(how, "token"))
    instance = FakeInstance(x=make())
    result = paste(instance)
    assert isinstance(result.exception, TweetgenError)
    assert (instance.renewed, purse.secrets.get("x.keeper")) == ([], None)
    assert x.world.requests["token"] == 1


def test_a_wrong_paste_asks_x_nothing(x: Running, make: Callable[..., XDestination], paste: Callable[..., Ran]) -> None:
    result = paste(FakeInstance(x=make()), answer="https://x.com/home")
    assert "is no answer to this login" in str(result.exception)
    assert x.world.requests == {}


def test_which_destination_is_meant_must_be_clear(make: Callable[..., XDestination], paste: Callable[..., Ran]) -> None:
    assert "has no destination x; write one" in str(paste(FakeInstance()).exception)
    both = FakeInstance(main=make(), second=make())
    assert "name one: --destination main or second" in str(paste(both).exception)
    assert "has no destination x called third; it has: main, second" in str(
        paste(both, "--destination", "third").exception
    )
    assert paste(both, "--destination", "second").exception is None
    assert both.renewed == [("keeper", "second")]


def test_four_keys_need_no_login(
    make: Callable[..., XDestination], paste: Callable[..., Ran], purse: FakeHost, settings: dict[str, Any]
) -> None:
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    keyed = {**dict.fromkeys(names, "k"), "base_url": settings["base_url"]}
    destination = XDestination(XDestination.Settings.model_validate(keyed), purse)
    assert "has the four keys of OAuth 1.0a; nothing is to be done" in str(paste(FakeInstance(x=destination)).exception)
