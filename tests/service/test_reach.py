"""A service that others could reach: nobody is served pages before somebody may enter, and all else goes on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.conftest import Instance


def test_without_users_it_works_on_without_pages_and_says_why(instance: "Instance") -> None:
    text = (instance.folder / "config.yaml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("web:")]
    instance.write("config.yaml", "\n".join([*lines, "web: {host: 0.0.0.0, port: 0}"]))
    instance.write("accounts/ada.yaml", instance.automatic)
    serving = instance.serve()
    serving.wait_until_said("no pages: web: 0.0.0.0: others can reach this address, and nobody has a login")
    serving.wait_until_said("no pages; next post of ada")
    instance.make_due("ada")
    instance.wait_for(instance.posted, "a posted line")
