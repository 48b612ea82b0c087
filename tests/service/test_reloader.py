"""What a change on disk leads to."""

from typing import TYPE_CHECKING

import pytest

from tweetgen.domain import Event, Severity
from tweetgen.service import reload
from tweetgen.service.context import Context
from tweetgen.service.reload import Reloader

if TYPE_CHECKING:
    from tests.service.conftest import Instance


class Asked:
    """Counts how often the process was asked to begin anew."""

    def __init__(self, context: Context) -> None:
        self.times = 0
        self.reloader = Reloader(context, self.restart)

    def restart(self) -> None:
        self.times += 1


@pytest.fixture
def asked(context: Context) -> Asked:
    return Asked(context)


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every trial in a process of its own goes well."""
    monkeypatch.setattr(reload, "_trial", lambda base: "")


def test_without_a_change_nothing_happens(context: Context, asked: Asked) -> None:
    before = context.app
    asked.reloader.look()
    assert context.app is before
    assert asked.times == 0


def test_a_new_account_is_served_at_once(instance: "Instance", context: Context, asked: Asked) -> None:
    instance.write("accounts/bob.yaml", instance.automatic)
    asked.reloader.look()
    assert set(context.accounts) == {"ada", "bob"}
    assert set(context.parts.queues()) == {"ada", "bob"}
    assert asked.times == 0


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize(
    "changed",
    [
        "web: {port: 1}\nplugins: [plugins]\nservice: {plugin_timeout: 5s}\n",
        "web: {port: 0}\nplugins: [plugins]\nservice: {plugin_timeout: 6s}\n",
        "web: {port: 0}\nservice: {plugin_timeout: 5s}\n",
        "database: other.db\nweb: {port: 0}\nplugins: [plugins]\nservice: {plugin_timeout: 5s}\n",
    ],
)
def test_what_counts_at_the_start_only_asks_for_a_new_process(
    instance: "Instance", asked: Asked, changed: str
) -> None:
    instance.write("config.yaml", changed)
    asked.reloader.look()
    assert asked.times == 1


@pytest.mark.usefixtures("sound")
def test_a_part_of_a_plugin_counts_as_the_plugin(instance: "Instance", asked: Asked) -> None:
    instance.write("plugins/_parts/words.py", "WORDS = 3\n")
    asked.reloader.look()
    assert asked.times == 1


def test_broken_settings_and_plugins_are_told_of_each_until_it_is_mended(
    instance: "Instance", context: Context, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reload, "_trial", lambda base: "line 3: no")
    instance.write("plugins/x.py", "x\n")
    instance.write("config.yaml", "plugins: [plugins]\nwep: 1\n")
    asked.reloader.look()
    assert "line 3: no" in asked.reloader.problem
    assert "wep" in asked.reloader.problem
    instance.write("config.yaml", "web: {port: 0}\nplugins: [plugins]\nservice: {plugin_timeout: 5s}\n")
    asked.reloader.look()
    assert asked.reloader.problem == "line 3: no"
    monkeypatch.setattr(reload, "_trial", lambda base: "")
    instance.write("plugins/x.py", "xyz\n")
    asked.reloader.look()
    assert (asked.reloader.problem, asked.times) == ("", 1)
    context.teller.work_off()
    assert context.store.notices.open() == []


def test_what_was_broken_is_over_once_a_process_has_begun_with_it_mended(context: Context) -> None:
    event = Event("settings", "", Severity.ACTION, "cannot be used", "settings", context.now())
    context.store.notices.happened(event)
    Asked(context)
    context.teller.work_off()
    assert context.store.notices.open() == []
