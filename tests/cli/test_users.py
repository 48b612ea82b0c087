"""`tweetgen users`: letting people in and keeping them out; who is let in may then be served to the network."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tweetgen.app import App
from tweetgen.cli.pages import open_pages
from tweetgen.domain import Role
from tweetgen.errors import InputError
from tweetgen.pipeline.people import People, digest_of
from tweetgen.store.users import User

if TYPE_CHECKING:
    from tests.cli.conftest import Run

PASSWORD = "a quiet harbour"


@pytest.fixture
def instance(folder: Path) -> Path:
    (folder / "config.yaml").touch()
    return folder


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.fixture
def ann(instance: Path, tweetgen: "Run", monkeypatch: pytest.MonkeyPatch) -> str:
    typed(monkeypatch, f"{PASSWORD}\n")
    assert tweetgen("users", "add", "ann", "--role", "admin", "--password-stdin")[0] == 0
    return "ann"


def user(folder: Path, name: str) -> User | None:
    app = App.open(folder, {})
    try:
        return app.store.users.get(name)
    finally:
        app.close()


def test_without_users_it_says_what_that_means(instance: Path, tweetgen: "Run") -> None:
    code, out, _ = tweetgen("users")
    assert code == 0
    assert "whoever sits at this machine may do everything" in out


def test_the_first_user_is_told_that_all_must_log_in_now(
    instance: Path, tweetgen: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, told in (("ann", True), ("bob", False)):
        typed(monkeypatch, f"{PASSWORD}\n")
        code, out, err = tweetgen("users", "add", name, "--role", "admin", "--password-stdin")
        assert (code, "everybody must log in" in out) == (0, told), err
        assert PASSWORD not in out + err
    found = user(instance, "ann")
    assert found is not None
    assert found.password.startswith("$argon2id$")


def test_a_password_is_asked_for_twice_and_never_shown(
    instance: Path, tweetgen: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([PASSWORD, "a slip of the hand", PASSWORD, PASSWORD])
    asked: list[str] = []

    def hidden(prompt: str, **_: object) -> str:
        asked.append(prompt)
        return next(answers)

    monkeypatch.setattr("tweetgen.cli.users.is_terminal", lambda: True)
    monkeypatch.setattr("click.termui.hidden_prompt_func", hidden)
    code, out, err = tweetgen("users", "add", "ann", "--role", "viewer")
    assert code == 0, err
    assert [prompt.strip(": ") for prompt in asked] == ["Password", "Once more", "Password", "Once more"]
    assert PASSWORD not in out + err


def test_what_will_not_do_is_refused_in_one_line(ann: str, tweetgen: "Run", monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, stdin, said in (
        (("add", "bob", "--role", "viewer", "--password-stdin"), "short\n", "has 5 characters"),
        (("add", "bob", "--role", "viewer"), "", "there is no terminal to ask for it at"),
        (("add", "a b", "--role", "viewer", "--password-stdin"), f"{PASSWORD}\n", "will not do as a name"),
        (("add", "Service", "--role", "viewer", "--password-stdin"), f"{PASSWORD}\n", "the program itself"),
        (("add", "ann", "--role", "viewer", "--password-stdin"), f"{PASSWORD}\n", "is there already"),
        (("role", "anna", "viewer"), "", "did you mean 'ann'?"),
        (("password", "bob", "--password-stdin"), f"{PASSWORD}\n", "unknown user 'bob'"),
        (("token", "bob", "--role", "viewer", "--purpose", "x"), "", "unknown user 'bob'"),
        (("revoke", "7"), "", "there is none of that number"),
        (("remove", "bob"), "", "unknown user 'bob'"),
        (("remove", "ann"), "", "repeat with --yes"),
    ):
        typed(monkeypatch, stdin)
        code, out, err = tweetgen("users", *arguments)
        assert (code, out) == (2, ""), arguments
        assert said in err
        assert err.count("\n") == 1


def test_role_password_and_removal(ann: str, instance: Path, tweetgen: "Run", monkeypatch: pytest.MonkeyPatch) -> None:
    before = user(instance, ann)
    assert tweetgen("users", "role", ann, "reviewer")[0] == 0
    typed(monkeypatch, "another harbour\r\n")
    assert tweetgen("users", "password", ann, "--password-stdin")[0] == 0
    after = user(instance, ann)
    assert before is not None
    assert after is not None
    assert (after.role, after.stamp != before.stamp) == (Role.REVIEWER, True)
    app = App.open(instance, {})
    assert People(app.store).known(ann, "another harbour") is not None
    assert People(app.store).known(ann, PASSWORD) is None
    app.close()
    told = json.loads(tweetgen("users", "list", "--json")[1])
    assert [(one["name"], one["role"]) for one in told] == [(ann, "reviewer")]
    code, out, _ = tweetgen("users", "remove", ann, "--yes")
    assert code == 0
    assert "whoever sits at this machine" in out
    app = App.open(instance, {})
    deeds = [(deed.deed, deed.via) for deed in app.store.deeds.last()]
    app.close()
    assert deeds == [
        ("user.remove", "command line"),
        ("user.password", "command line"),
        ("user.role", "command line"),
        ("user.add", "command line"),
    ]


def test_a_token_is_printed_alone_and_once(ann: str, instance: Path, tweetgen: "Run") -> None:
    code, out, err = tweetgen("users", "token", ann, "--role", "viewer", "--days", "3", "--purpose", "hall")
    assert (code, len(out.split())) == (0, 1)
    assert "Authorization: Bearer" in err
    app = App.open(instance, {})
    kept = app.store.api_tokens.find(digest_of(out.strip()))
    app.close()
    assert kept is not None
    assert (kept.owner, kept.role, (kept.expires_at - datetime.now(UTC)).days) == (ann, Role.VIEWER, 2)
    listed = tweetgen("users", "tokens")[1]
    assert "hall" in listed
    assert out.strip() not in listed
    assert tweetgen("users", "revoke", "1")[0] == 0
    (told,) = json.loads(tweetgen("users", "tokens", ann, "--json")[1])
    assert told["state"] == "revoked"


def test_somebody_is_kept_out_also_while_the_configuration_is_broken(ann: str, instance: Path, tweetgen: "Run") -> None:
    (instance / "config.yaml").write_text("colour: red")
    code, out, err = tweetgen("users", "remove", ann, "--yes")
    assert code == 0, err
    assert "may enter no more" in out


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_others_are_served_only_once_somebody_has_a_login(instance: Path, tweetgen: "Run", host: str) -> None:
    code, out, err = tweetgen("web", "--host", host, "--port", "0")
    assert (code, out) == (2, "")
    assert err == (
        f"tweetgen: web: {host}: others can reach this address, and nobody has a login; "
        "let somebody in first: tweetgen users add NAME --role admin\n"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_served_at_once(instance: Path, host: str) -> None:
    app = App.open(instance, {})
    pages = open_pages(lambda: app, host=host, port=0)
    pages._socket.close()
    app.close()


def test_served_to_all_with_the_last_user_gone_nobody_enters(ann: str, instance: Path) -> None:
    import urllib.error
    import urllib.request

    app = App.open(instance, {})
    pages = open_pages(lambda: app, host="0.0.0.0", port=0)
    pages.start()
    try:
        from tweetgen.store.deeds import By

        address = pages.url.replace("0.0.0.0", "127.0.0.1") + "/api/v1/me"
        for _ in range(2):
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(address, timeout=10)
            assert caught.value.code == 401
            caught.value.close()
            if app.store.users.exist():
                app.store.users.remove(ann, datetime.now(UTC), By("tests", "tests"))
    finally:
        pages.stop()
        app.close()


def test_an_address_that_is_open_without_users_is_an_error_of_its_own(instance: Path) -> None:
    app = App.open(instance, {})
    with pytest.raises(InputError, match="nobody has a login"):
        open_pages(lambda: app, host="0.0.0.0", port=0)
    app.close()
