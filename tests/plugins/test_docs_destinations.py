"""The guide to the destinations and observers is true to the code."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from tweetgen_plugins._http.signing import signed_headers

from tweetgen.plugins import Plugins

# what the service sees to, and no plugin
_RESERVED = {"name", "limits", "on_unknown", "settle", "enabled"}


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    return (root / "docs" / "destinations.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return Plugins.load()


def _settings_named(guide: str, heading: str) -> set[str]:
    chapter = re.split(r"^#+ ", guide.partition(f"\n## {heading}\n")[2], flags=re.M)[0]
    return set(re.findall(r"^\| `(\w+)` \|", chapter, flags=re.M))


def test_every_destination_and_observer_has_a_chapter_with_every_setting(guide: str, plugins: Plugins) -> None:
    chapters = {offer.name: offer.settings for offer in plugins.destinations}
    chapters |= {f"observer {offer.name}": offer.settings for offer in plugins.observers}
    for heading, settings in chapters.items():
        assert settings is not None
        assert _settings_named(guide, heading) == set(settings.model_fields), heading


@pytest.mark.parametrize("role", ["destinations", "observers"])
def test_every_example_is_a_valid_configuration(guide: str, plugins: Plugins, role: str) -> None:
    examples = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", guide, flags=re.S)]
    entries = [entry for example in examples for entry in example.get(role, ())]
    assert entries
    for entry in entries:
        ((name, settings),) = entry.items()
        offer = getattr(plugins, role).get(name)
        offer.settings.model_validate(
            {key: _resolved(value) for key, value in settings.items() if key not in _RESERVED}
        )


def _resolved(value: Any) -> Any:
    return "https://example.org/a-secret" if isinstance(value, dict) and "$env" in value else value


def test_the_python_example_knows_our_signature(guide: str) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", guide, flags=re.S)
    names: dict[str, Any] = {}
    exec(compile(example, "docs/destinations.md", "exec"), names)
    headers = signed_headers("a secret of words", "k1", datetime(2026, 3, 1, tzinfo=UTC), b"{}")
    assert names["is_genuine"]("a secret of words", headers, b"{}")
    assert not names["is_genuine"]("a secret of words", headers, b"{ }")
