"""`tweetgen accounts`, `pause` and `resume`: every account with its state, and the kill switch."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tweetgen: Run, folder: Path, save_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an instance of two accounts, as ann."""
    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    save_model(folder / "weights/shared.safetensors", "ada")
    (folder / "config.yaml").touch()
    (folder / "accounts").mkdir()
    (folder / "accounts/a.yaml").write_text(
        "about: the first\nvoice: {ada: 1}\nschedule: {post: '09:00'}\ntimezone: Europe/Berlin\n"
        "destinations: [stdout, file: {path: x, enabled: false}]\n"
    )
    (folder / "accounts/b.yaml").write_text("voice: {bob: 1}")
    return tweetgen


def test_all_accounts_are_listed_with_their_state_and_their_problems(run: Run) -> None:
    code, out, _ = run("accounts")
    a, b, _, problem = out.splitlines()[1:]
    assert code == 0
    assert a.split()[:4] == ["a", "active", "ada", "1"]
    assert " 09:00 " in a
    assert a.endswith("stdout, file (off)")
    assert b.split() == ["b", "active", "bob", "1", "never", "0", "0", "none"]
    assert problem.startswith("b: unknown author 'bob' (known: ada): model 'shared' has not learnt from them; ")


def test_one_account_is_told_whole(run: Run) -> None:
    code, out, _ = run("accounts", "a")
    assert code == 0
    lines = dict(line.split(":", 1) for line in out.splitlines() if ":" in line)
    assert lines["about"].strip() == "the first"
    assert lines["next posts"].count("09:00") == 5
    assert lines["stock"].strip() == "0 pending, 0 approved, 10 wanted"
    assert lines["ranking"].strip() == "default ranking; learns from 200 decisions on, 0 so far"


def test_accounts_as_json(run: Run) -> None:
    run("pause", "b", "--reason", "odd")
    first, second = json.loads(run("accounts", "--json")[1])
    assert (first["account"], first["paused"], first["destinations"], first["problems"]) == ("a", None, ["stdout"], [])
    assert (second["paused"]["by"], second["paused"]["reason"]) == ("ann", "odd")
    assert json.loads(run("accounts", "b", "--json")[1])["account"] == "b"


def test_an_instance_without_accounts_says_what_to_do(tweetgen: Run, folder: Path) -> None:
    assert "write accounts/NAME.yaml" in tweetgen("accounts")[1]


@pytest.mark.parametrize("command", ["accounts", "pause", "resume"])
def test_an_unknown_account_is_answered_with_the_nearest(run: Run, command: str) -> None:
    code, _, err = run(command, "bb")
    assert (code, err) == (2, "tweetgen: unknown account 'bb': did you mean 'b'?\n")


def test_a_pause_says_who_and_why_until_it_is_ended(run: Run, folder: Path) -> None:
    assert run("pause", "a", "--reason", "a storm")[:2] == (0, "Paused: a.\n")
    assert "paused by ann since " in run("accounts")[1]
    assert ": a storm" in run("accounts", "a")[1]
    with Store.open(f"sqlite:///{folder / 'state/tweetgen.db'}") as store:
        assert (store.accounts.is_paused("a"), store.accounts.is_paused("b")) == (True, False)
    assert run("resume", "a")[:2] == (0, "Resumed: a.\n")
    assert "paused" not in run("accounts")[1]


def test_the_pause_of_all_is_ended_as_a_whole_and_what_stays_paused_is_told(run: Run) -> None:
    run("pause", "a")
    assert run("pause", "--all")[1] == "Paused: all accounts.\n"
    assert run("accounts")[1].count("paused by ann") == 2
    assert run("resume", "b")[1] == "Nothing was paused like that.\nAll accounts are paused: tweetgen resume --all\n"
    assert run("resume", "--all")[1] == "The pause of all accounts has ended.\nStill paused by name: a.\n"


@pytest.mark.parametrize("command", ["pause", "resume"])
@pytest.mark.parametrize("arguments", [[], ["a", "--all"]])
def test_either_names_or_all(run: Run, command: str, arguments: list[str]) -> None:
    code, _, err = run(command, *arguments)
    assert (code, "name one or more accounts, or say --all" in err) == (2, True)


@pytest.mark.parametrize("broken", ["accounts/a.yaml", "accounts/c.yaml", "config.yaml"])
def test_the_kill_switch_works_while_a_file_is_broken(run: Run, folder: Path, broken: str) -> None:
    assert run("pause", "a")[0] == run("resume", "a")[0] == 0  # it is served, as the database knows
    (folder / broken).write_text("timezone: [\n")
    code, out, err = run("pause", "a")
    assert (code, out) == (0, "Paused: a.\n")
    assert err.startswith(f"tweetgen: {broken}: line 2")
    assert run("pause", "--all")[:2] == (0, "Paused: all accounts.\n")
    with Store.open(f"sqlite:///{folder / 'state/tweetgen.db'}") as store:
        assert set(store.accounts.paused()) == {"a", "*"}
    assert run("resume", "--all")[0] == 0


@pytest.mark.parametrize("line", ["database: x.db", "'database': x.db", "  database: x.db", "{database: x.db,"])
def test_no_other_database_is_taken_for_the_one_that_a_broken_file_may_name(run: Run, folder: Path, line: str) -> None:
    (folder / "config.yaml").write_text(f"{line}\ntimezone: [\n")
    code, out, err = run("pause", "--all")
    assert (code, out) == (2, "")
    assert "config.yaml: line" in err
    assert not (folder / "state/tweetgen.db").exists()
