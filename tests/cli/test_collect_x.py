"""Commands that ask X, here a small one: estimates, authors looked up, deletions honoured, costs shown."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.fakes.x import FakeUser, Running
from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def keeper(x: Running) -> FakeUser:
    user = x.world.add_user("Keeper")
    for number in range(40):
        x.world.write(user, f"log {number}: the lamp burns and the sea is loud, says watch {number}")
    return user


@pytest.fixture
def configured(x: Running, folder: Path) -> Path:
    """An instance that may ask X, and learns from nobody there by itself."""
    return configure(x, folder)


def configure(x: Running, folder: Path, *authors: str) -> Path:
    (folder / "token").write_text(x.world.logins.app_token())
    entry = {"authors": list(authors), "bearer_token": {"$file": "token"}, "base_url": x.url}
    (folder / "config.yaml").write_text(yaml.safe_dump({"sources": [{"x": entry}]}))
    return folder


def stored(folder: Path) -> list[str]:
    with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
        return [one.post.id for one in store.posts()]


def test_collect_says_what_it_may_cost_and_then_what_came(
    tweetgen: Run, x: Running, folder: Path, keeper: FakeUser
) -> None:
    configure(x, folder, "keeper")
    code, out, err = tweetgen("collect", "--estimate")
    assert (code, x.world.requests) == (0, {})
    assert out.startswith("x: at most 3,200 older posts of 1 author for $16.01")
    code, out, err = tweetgen("collect")
    assert code == 0
    assert "40 new posts" in out
    assert "at most 3,200 older posts" in err
    code, out, err = tweetgen("status")
    assert "x: $0.21 today, $0.21 this month, about $" in out
    assert "x for the instance: $0.21 of $5.00 today, $0.21 of $50.00 this month" in out


def test_where_nothing_costs_the_estimate_says_so(tweetgen: Run, folder: Path) -> None:
    (folder / "config.yaml").write_text("sources: [textfile: {path: poems.txt}]\n")
    assert tweetgen("collect", "--estimate")[:2] == (0, "Nothing that is asked costs money.\n")


def test_train_brings_in_whom_the_corpus_lacks(tweetgen: Run, x: Running, configured: Path, keeper: FakeUser) -> None:
    code, out, err = tweetgen("train", "--users", "https://x.com/keeper", "--from", "scratch", "--epochs", "1", *SMALL)
    assert code == 0, err
    assert "collected 40 new posts" in err
    assert "--as Keeper" in out
    x.world.requests.clear()
    assert tweetgen("train", "--users", "@KEEPER", "--epochs", "1")[0] == 0
    assert x.world.requests == {}


def test_train_tells_of_whom_nobody_knows(tweetgen: Run, x: Running, configured: Path, keeper: FakeUser) -> None:
    code, _, err = tweetgen("train", "--users", "keeepr", "--from", "scratch")
    assert code == 2
    assert "@keeepr: nobody on X has this name now" in err
    assert "unknown author 'keeepr'" in err


def test_train_asks_nobody_where_it_shall_not(tweetgen: Run, x: Running, configured: Path, keeper: FakeUser) -> None:
    code, _, err = tweetgen("train", "--users", "keeper", "--from", "scratch", "--no-collect")
    assert (code, x.world.requests) == (2, {})
    assert "unknown author 'keeper'" in err


def test_recheck_deletes_what_is_gone(tweetgen: Run, x: Running, folder: Path, keeper: FakeUser) -> None:
    configure(x, folder, "keeper")
    tweetgen("collect")
    code, _, err = tweetgen("corpus", "recheck")
    assert code == 2
    assert "asking for 40 posts of x for $0.20: costs money" in err
    keeper.posts[-1].deleted = keeper.posts[20].deleted = True
    gone = {str(keeper.posts[-1].id), str(keeper.posts[20].id)}
    code, out, _ = tweetgen("corpus", "recheck", "-n", "10", "--yes")
    assert (code, out.splitlines()[0]) == (0, "x: 10 asked for, 1 gone and deleted for good")
    code, out, _ = tweetgen("corpus", "recheck", "x", "--yes")
    assert out.splitlines()[0] == "x: 39 asked for, 1 gone and deleted for good"
    assert len(stored(folder)) == 38
    assert gone.isdisjoint(stored(folder))
    left = b"".join(path.read_bytes() for path in (folder / "state").iterdir() if path.is_file())
    assert b"says watch 20" not in left
    assert b"says watch 21" in left


def test_recheck_stops_where_the_budget_does_and_goes_on_from_there(
    tweetgen: Run, x: Running, folder: Path, keeper: FakeUser
) -> None:
    for number in range(300):
        x.world.write(keeper, f"more fog {number}")
    configure(x, folder, "keeper")
    tweetgen("collect")
    text = (folder / "config.yaml").read_text()
    (folder / "config.yaml").write_text(text + "budgets: {x: {per_day: 2.5}}\n")
    code, out, err = tweetgen("corpus", "recheck", "--yes")
    assert (code, out) == (0, "x: 100 asked for, 0 gone and deleted for good\n")
    assert "would pass the $2.50" in err
    assert "the next recheck goes on from there" in err


def test_recheck_without_a_source_that_can_tell_is_refused(tweetgen: Run, folder: Path) -> None:
    (folder / "config.yaml").write_text("sources: [textfile: {path: poems.txt}]\n")
    code, _, err = tweetgen("corpus", "recheck")
    assert code == 2
    assert "can tell which posts are gone" in err


SMALL = [
    part
    for setting in (
        "network.cells=8",
        "network.embedding=8",
        "network.layers=1",
        "tokens.level=char",
        "training.batch=4",
        "training.sequence=16",
    )
    for part in ("--set", setting)
]
