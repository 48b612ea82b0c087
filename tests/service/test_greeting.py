"""The line with which the service begins."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tweetgen.app import App
from tweetgen.service.greeting import greeting

if TYPE_CHECKING:
    from tests.service.conftest import Instance
    from tweetgen.service.context import Context

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_what_is_next_is_told_in_the_time_zone_of_the_account(instance: "Instance", context: "Context") -> None:
    instance.write("accounts/ada.yaml", instance.automatic + "timezone: Asia/Tokyo\n")
    context.use(App.open(instance.folder))
    context.store.slots.book("ada", "post", NOW, NOW)
    said = greeting(context, "")
    assert said.endswith("serves 1 account (ada); no pages; next post of ada: Sun 2026-11-01 09:00 JST")


def test_who_is_paused_does_not_post_next(context: "Context") -> None:
    context.store.slots.book("ada", "post", NOW, NOW)
    context.store.accounts.pause("ada", "ann", "", NOW)
    assert "next post" not in greeting(context, "")
    assert "some accounts are paused" in greeting(context, "")


def test_many_accounts_are_counted_and_none_is_a_hint(instance: "Instance", context: "Context") -> None:
    for number in range(9):
        instance.write(f"accounts/b{number}.yaml", instance.automatic)
    context.use(App.open(instance.folder))
    assert "serves 10 accounts (ada, b0, b1, b2, b3 and 5 more); " in greeting(context, "")
    for path in (instance.folder / "accounts").iterdir():
        path.unlink()
    context.use(App.open(instance.folder))
    assert "serves 0 accounts (write accounts/NAME.yaml); no pages; nothing is planned" in greeting(context, "")
