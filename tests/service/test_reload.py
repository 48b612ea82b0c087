"""Files that are edited while the daemon runs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.conftest import Instance

PLUGIN = """
from datetime import timedelta
from tweetgen import hookimpl
from tweetgen.domain import Receipt

class Shelf:
    keyed = True
    settle = timedelta(0)

    def __init__(self, settings, host):
        self.path = host.base / "shelf.jsonl"

    def publish(self, outgoing):
        with self.path.open("a") as file:
            file.write('{"said": "BEFORE"}\\n')
        return Receipt()

    def find(self, outgoing):
        return None

@hookimpl
def register_destinations(register):
    register("shelf", Shelf)
"""


def test_a_broken_edit_keeps_the_old_configuration_and_says_so(instance: "Instance") -> None:
    serving = instance.serve()
    with instance.store() as store:
        instance.wait_for(lambda: store.candidates.approved("ada"), "an approved text")
        instance.write("accounts/ada.yaml", instance.automatic + "voise: {}\nstok: 3\n")
        serving.wait_until_said("the old settings stay in force")
        (notice,) = instance.wait_for(
            lambda: [one for one in store.notices.open() if one.event.kind == "settings"], "a notice"
        )
        assert "voise: unknown key" in notice.event.message
        assert " | accounts/ada.yaml: stok: unknown key" in notice.event.message
        assert "voise" in instance.wait_for(lambda: instance.daemons(store)[0].details["problem"], "the problem")
    instance.make_due("ada")
    instance.wait_for(instance.posted, "a posted line all the same")
    instance.write("accounts/ada.yaml", instance.automatic.replace("posted.jsonl", "elsewhere.jsonl"))
    serving.wait_until_said("the configuration was read again")
    instance.make_due("ada")
    instance.wait_for(lambda: instance.posted("elsewhere.jsonl"), "a posted line elsewhere")
    with instance.store() as store:
        assert [one for one in store.notices.open() if one.event.kind == "settings"] == []
    assert serving.end()[0] == 0


def test_a_changed_plugin_counts_after_a_trial(instance: "Instance") -> None:
    plugin = instance.write("plugins/shelf.py", PLUGIN)
    instance.write("accounts/ada.yaml", instance.automatic.replace("file: {path: posted.jsonl}", "shelf"))
    serving = instance.serve()
    instance.make_due("ada")
    instance.wait_for(lambda: instance.posted("shelf.jsonl"), "a line of the old plugin")
    plugin.write_text("import nothing_of_that_name\n")
    serving.wait_until_said("the old plugins stay in force")
    plugin.write_text(PLUGIN.replace("BEFORE", "AFTER"))
    serving.wait_until_said("beginning anew")
    instance.wait_for(lambda: serving.heard().count("READY") == 2, "the new process")
    instance.make_due("ada")
    instance.wait_for(lambda: len(instance.posted("shelf.jsonl")) == 2, "a second line")
    assert instance.posted("shelf.jsonl") == [{"said": "BEFORE"}, {"said": "AFTER"}]
    assert serving.process.poll() is None
    assert serving.end()[0] == 0
