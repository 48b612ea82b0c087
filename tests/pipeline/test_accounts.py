"""How accounts stand, and what keeps one from working though its file is sound."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tweetgen import config
from tweetgen.config import Account
from tweetgen.pipeline.accounts import standings, troubles
from tweetgen.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
POSTING = "destinations: [stdout]\nschedule: {post: ['09:00', '18:30']}\ntimezone: Europe/Berlin\n"


@pytest.fixture
def accounts(tmp_path: Path) -> Callable[..., dict[str, Account]]:
    def read(**files: str) -> dict[str, Account]:
        (tmp_path / "accounts").mkdir()
        for name, text in files.items():
            (tmp_path / f"accounts/{name}.yaml").write_text(text)
        draft = config.read(tmp_path)
        assert draft.problems == []
        return dict(draft.accounts)

    return read


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as opened:
        yield opened


Read = Callable[..., dict[str, Account]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("voice: {ada: 1}", None),
        ("", None),
        ("voice: {adda: 1}", "unknown author 'adda' (did you mean 'ada'?): model 'shared' has not learnt from them"),
        ("model: shered", "unknown model 'shered': did you mean 'shared'?; train it first: tweetgen train "),
        ("model: broken", "model 'broken': "),
        ("destinations: [stdout]", "destinations: nothing is sent without a schedule"),
        ("schedule: {post: 09:00}", "schedule.post: posts have no destination"),
        ("schedule: {post: 09:00}\ndestinations: [stdout: {enabled: false}]", "schedule.post: posts have no dest"),
        (POSTING, None),
    ],
)
def test_what_keeps_an_account_from_working(
    accounts: Read, save_model: Callable[..., Path], tmp_path: Path, text: str, problem: str | None
) -> None:
    save_model(tmp_path / "weights/shared.safetensors", "ada", "bob")
    (tmp_path / "weights/broken.safetensors").write_bytes(b"nothing of the kind")
    (told,) = troubles(accounts(a=text), [tmp_path / "weights"]).values()
    assert len(told) == (problem is not None)
    assert "".join(told).startswith(problem or "")


def test_the_next_posts_are_those_of_the_schedule_until_the_service_has_made_slots(
    accounts: Read, store: Store
) -> None:
    chosen = accounts(a=POSTING)
    (before,) = standings(store, chosen, [], NOON, posts=3)
    assert [f"{moment:%d %H:%M}" for moment in before.next_posts] == ["01 17:30", "02 08:00", "02 17:30"]
    later = NOON.replace(hour=15)
    store.slots.book("a", "post", later, NOON)
    (after,) = standings(store, chosen, [], NOON, posts=3)
    assert after.next_posts == (later,)


def test_an_account_without_a_schedule_never_posts(accounts: Read, store: Store) -> None:
    (standing,) = standings(store, accounts(a=""), [], NOON)
    assert standing.next_posts == ()


def test_a_pause_of_all_holds_every_account(accounts: Read, store: Store) -> None:
    chosen = accounts(a="", b="")

    def paused() -> list[str | None]:
        return [one.pause.paused_by if one.pause else None for one in standings(store, chosen, [], NOON)]

    store.accounts.pause("a", "ann", "odd", NOON)
    assert paused() == ["ann", None]
    store.accounts.pause("*", "bob", "", NOON)
    assert paused() == ["bob", "bob"]


def test_what_is_ready_is_counted(accounts: Read, store: Store, approve: Callable[..., int]) -> None:
    approve(store, "fog", account="a")
    (standing,) = standings(store, accounts(a=""), [], NOON)
    assert (standing.pending, standing.approved) == (0, 1)
