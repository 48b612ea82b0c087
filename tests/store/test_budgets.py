"""Money is set aside before it is spent, never more than is allowed."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tweetgen.errors import BudgetSpent
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY
from tweetgen.store.budgets import NO_CAPS, Caps

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def dollars(amount: str) -> Decimal:
    return Decimal(amount)


def spent(store: Store, account: str = "keeper") -> dict[str, Decimal]:
    return {one.period: one.spent for one in store.budgets.since(NOON - DAY) if one.account == account}


def test_what_is_set_aside_counts_for_the_day_the_month_the_account_and_all_of_them(store: Store) -> None:
    store.budgets.reserve("x", "keeper", dollars("0.50"), Caps(dollars("1")), NO_CAPS, NOON)
    store.budgets.reserve("x", "other", dollars("0.25"), NO_CAPS, NO_CAPS, NOON)
    assert spent(store) == {"2026-11": dollars("0.5"), "2026-11-30": dollars("0.5")}
    assert spent(store, EVERY) == {"2026-11": dollars("0.75"), "2026-11-30": dollars("0.75")}
    caps = {(one.account, one.period): one.cap for one in store.budgets.since(NOON)}
    assert caps[("keeper", "2026-11-30")] == 1
    assert caps[("keeper", "2026-11")] is None


@pytest.mark.parametrize(
    ("mine", "everybodys", "until", "said"),
    [
        (Caps(per_day=Decimal("0.6")), NO_CAPS, datetime(2026, 12, 1, tzinfo=UTC), "keeper: .* of 2026-11-30"),
        (Caps(per_month=Decimal("0.6")), NO_CAPS, datetime(2026, 12, 1, tzinfo=UTC), "keeper: .* of 2026-11,"),
        (NO_CAPS, Caps(per_day=Decimal("0.6")), datetime(2026, 12, 1, tzinfo=UTC), "all accounts: .* of 2026-11-30"),
        (NO_CAPS, Caps(per_month=Decimal("0.6")), datetime(2026, 12, 1, tzinfo=UTC), "all accounts: .* of 2026-11,"),
    ],
)
def test_what_would_pass_a_budget_is_refused_and_nothing_set_aside(
    store: Store, mine: Caps, everybodys: Caps, until: datetime, said: str
) -> None:
    store.budgets.reserve("x", "keeper", dollars("0.5"), mine, everybodys, NOON)
    with pytest.raises(BudgetSpent, match=said) as caught:
        store.budgets.reserve("x", "keeper", dollars("0.2"), mine, everybodys, NOON)
    assert caught.value.until == until
    assert "\n" not in str(caught.value)
    assert "$0.20 more would pass the $0.60" in str(caught.value)
    assert spent(store)["2026-11"] == dollars("0.5")
    store.budgets.reserve("x", "keeper", dollars("0.1"), mine, everybodys, NOON)
    assert store.budgets.left("x", "keeper", mine, everybodys, NOON) == 0


def test_a_day_begins_with_a_budget_of_its_own_within_its_month(store: Store) -> None:
    caps = Caps(dollars("1"), dollars("1.5"))
    early = NOON - 5 * DAY
    store.budgets.reserve("x", "keeper", dollars("1"), caps, NO_CAPS, early)
    assert store.budgets.left("x", "keeper", caps, NO_CAPS, early) == 0
    assert store.budgets.left("x", "keeper", caps, NO_CAPS, early + DAY) == dollars("0.5")
    with pytest.raises(BudgetSpent) as caught:
        store.budgets.reserve("x", "keeper", dollars("0.6"), caps, NO_CAPS, early + DAY)
    assert caught.value.until == datetime(2026, 12, 1, tzinfo=UTC)
    assert store.budgets.left("x", "keeper", caps, NO_CAPS, NOON + DAY) == 1


def test_a_correction_counts_on_the_day_of_its_reservation(store: Store) -> None:
    store.budgets.reserve("x", "keeper", dollars("0.5"), NO_CAPS, NO_CAPS, NOON)
    store.budgets.correct("x", "keeper", dollars("0.5"), dollars("0.015"), NOON, NOON + DAY)
    assert spent(store) == {"2026-11": dollars("0.015"), "2026-11-30": dollars("0.015")}
    assert spent(store, EVERY)["2026-11"] == dollars("0.015")


def test_apps_and_accounts_do_not_share_what_is_not_shared(store: Store) -> None:
    cap = Caps(dollars("1"))
    store.budgets.reserve("x", "keeper", dollars("1"), cap, NO_CAPS, NOON)
    assert store.budgets.left("x", "other", cap, NO_CAPS, NOON) == 1
    assert store.budgets.left("y", "keeper", cap, NO_CAPS, NOON) == 1
    assert store.budgets.left("x", "keeper", NO_CAPS, NO_CAPS, NOON) is None


def test_many_at_once_never_pass_the_budget(url: str) -> None:
    allowed: list[int] = []

    def ask() -> None:
        with Store.open(url) as mine:
            for _ in range(10):
                try:
                    mine.budgets.reserve("x", "keeper", dollars("0.07"), Caps(dollars("1")), NO_CAPS, NOON)
                    allowed.append(1)
                except BudgetSpent:
                    return

    Store.open(url).close()
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 14


def test_what_is_old_is_forgotten(store: Store) -> None:
    store.budgets.reserve("x", "keeper", dollars("1"), NO_CAPS, NO_CAPS, NOON - 100 * DAY)
    store.budgets.reserve("x", "keeper", dollars("1"), NO_CAPS, NO_CAPS, NOON)
    assert store.budgets.sweep(NOON - 60 * DAY) == 4
    assert [one.period for one in store.budgets.since(NOON - 365 * DAY) if one.account == EVERY] == [
        "2026-11",
        "2026-11-30",
    ]
