"""Plugins that are made for the accounts, also where some of them cannot be."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tweetgen.app import App
from tweetgen.service.context import Context
from tweetgen.service.steps.dispatch import Dispatch
from tweetgen.service.steps.place import place_due
from tweetgen.store.claiming import UNUSABLE

if TYPE_CHECKING:
    from tests.service.conftest import Instance

MOODY = """
from datetime import timedelta
from pathlib import Path
from tweetgen import hookimpl
from tweetgen.domain import Receipt

class Moody:
    keyed = True
    settle = timedelta(0)

    def __init__(self, settings, host):
        if not Path("{folder}/mended").exists():
            raise OSError("the line is cut")

    def publish(self, outgoing):
        return Receipt("1")

    def find(self, outgoing):
        return None

@hookimpl
def register_destinations(register):
    register("moody", Moody)
"""


@pytest.fixture
def moody(instance: "Instance", begin: Callable[[], Context]) -> Context:
    """The account `ada` has a destination that cannot be made before the one that can."""
    instance.write("plugins/moody.py", MOODY.format(folder=instance.folder))
    instance.write(
        "accounts/ada.yaml",
        instance.automatic.replace("[file: {path: posted.jsonl}]", "[moody, file: {path: posted.jsonl}]"),
    )
    return begin()


def send(context: Context, dispatch: Dispatch) -> None:
    place_due(context)
    dispatch.dispatch()
    dispatch.finish()


def told(context: Context) -> dict[str, str]:
    """By destination its newest row's state and remark."""
    return {row.destination: f"{row.state} {row.error}".strip() for row in context.store.outbox.list()}


def test_a_destination_that_cannot_be_made_stops_no_other_and_what_goes_there_waits(
    instance: "Instance", moody: Context, approve: Callable[..., int]
) -> None:
    now = datetime.now(UTC)
    approve(moody.store, "fog", "ada", now)
    moody.store.slots.book("ada", "post", now, now)
    send(moody, Dispatch(moody))
    assert [line["text"] for line in instance.posted()] == ["fog"]
    assert told(moody) == {"moody": f"ready {UNUSABLE}", "file": "sent"}
    (failure,) = moody.store.journal.last("destinations", "ada")
    assert failure.detail.startswith("moody: ")
    assert "OSError: the line is cut" in failure.detail

    instance.write("mended", "")
    moody.now = moody.work.now = lambda: datetime.now(UTC) + timedelta(minutes=2)
    send(moody, Dispatch(moody))
    assert told(moody) == {"moody": "sent", "file": "sent"}
    assert len(instance.posted()) == 1


def test_without_any_that_can_be_made_the_slot_waits(
    instance: "Instance", moody: Context, approve: Callable[..., int]
) -> None:
    instance.write("accounts/ada.yaml", instance.automatic.replace("file: {path: posted.jsonl}", "moody"))
    moody.use(App.open(instance.folder))
    now = datetime.now(UTC)
    approve(moody.store, "fog", "ada", now)
    slot = moody.store.slots.book("ada", "post", now, now)
    place_due(moody)
    assert "no destination can be used" in moody.store.slots.get(slot.number).reason


def test_a_changed_configuration_is_tried_at_once(instance: "Instance", moody: Context) -> None:
    assert [one.name for one in moody.parts.destinations()["ada"]] == ["file"]
    instance.write("mended", "")
    assert [one.name for one in moody.parts.destinations()["ada"]] == ["file"]  # it failed a moment ago
    moody.use(moody.app.reread())
    assert [one.name for one in moody.parts.destinations()["ada"]] == ["moody", "file"]
