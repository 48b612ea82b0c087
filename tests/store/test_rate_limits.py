"""Requests are counted for all accounts of an app, and its own word corrects the count."""

import threading
from datetime import UTC, datetime, timedelta

from tweetgen.interfaces import Rate
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
READ = "GET /posts"


def take(store: Store, *rates: Rate, account: str = "keeper", now: datetime = NOON) -> datetime | None:
    return store.rate_limits.take("x", account, READ, rates, now)


def test_without_a_rate_nothing_binds(store: Store) -> None:
    assert [take(store) for _ in range(5)] == [None] * 5


def test_what_is_used_up_says_when_to_come_back(store: Store) -> None:
    rate = Rate(2, 15 * MINUTE)
    assert take(store, rate) is None
    assert take(store, rate, now=NOON + MINUTE) is None
    assert take(store, rate, now=NOON + 2 * MINUTE) == NOON + 15 * MINUTE
    assert take(store, rate, now=NOON + 15 * MINUTE) is None


def test_a_shared_rate_binds_all_accounts_another_each_of_them(store: Store) -> None:
    rates = (Rate(3, MINUTE), Rate(2, 2 * MINUTE, shared=False))
    assert [take(store, *rates) for _ in range(3)] == [None, None, NOON + 2 * MINUTE]
    assert [take(store, *rates, account="other") for _ in range(2)] == [None, NOON + MINUTE]
    assert store.rate_limits.take("y", "keeper", READ, rates, NOON) is None


def test_what_is_refused_takes_nothing(store: Store) -> None:
    narrow, wide = Rate(1, MINUTE), Rate(2, 15 * MINUTE)
    assert take(store, narrow, wide) is None
    assert take(store, narrow, wide) == NOON + MINUTE
    assert take(store, narrow, wide, now=NOON + MINUTE) is None


def test_the_word_of_the_app_counts_down(store: Store) -> None:
    store.rate_limits.learn("x", EVERY, READ, 900, 2, NOON + 10 * MINUTE)
    assert [take(store) for _ in range(3)] == [None, None, NOON + 10 * MINUTE]
    # two requests were under way when it said this
    store.rate_limits.learn("x", EVERY, READ, 900, 2, NOON + 10 * MINUTE)
    assert take(store) == NOON + 10 * MINUTE
    # an answer that was late
    store.rate_limits.learn("x", EVERY, READ, 900, 800, NOON - MINUTE)
    assert take(store) == NOON + 10 * MINUTE
    assert take(store, now=NOON + 10 * MINUTE) is None


def test_none_of_none_closes_an_endpoint_for_one_account_or_for_all(store: Store) -> None:
    store.rate_limits.learn("x", "keeper", READ, 0, 0, NOON + MINUTE)
    assert take(store) == NOON + MINUTE
    assert take(store, account="other") is None
    store.rate_limits.learn("x", EVERY, READ, 0, 0, NOON + MINUTE)
    assert take(store, account="other") == NOON + MINUTE


def test_what_is_closed_stays_closed_whatever_was_said_of_a_longer_stretch(store: Store) -> None:
    store.rate_limits.learn("x", EVERY, READ, 900, 800, NOON + 15 * MINUTE)
    store.rate_limits.learn("x", EVERY, READ, 0, 0, NOON + 10 * MINUTE)
    assert take(store) == NOON + 10 * MINUTE
    assert take(store, now=NOON + 10 * MINUTE) is None


def test_many_at_once_never_pass_the_limit(url: str) -> None:
    allowed: list[int] = []

    def ask() -> None:
        with Store.open(url) as mine:
            allowed.extend(1 for _ in range(20) if take(mine, Rate(30, MINUTE)) is None)

    Store.open(url).close()
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 30


def test_what_has_passed_is_forgotten(store: Store) -> None:
    take(store, Rate(3, MINUTE), Rate(3, 3 * MINUTE))
    assert store.rate_limits.sweep(NOON + 2 * MINUTE) == 1
