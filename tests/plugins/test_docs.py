"""The guide to the sources is true to the code."""

import re
from pathlib import Path

import pytest
import yaml

from tweetgen.plugins import Plugins


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    return (root / "docs" / "sources.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return Plugins.load()


def test_every_source_has_a_chapter_with_every_setting(guide: str, plugins: Plugins) -> None:
    for offer in plugins.sources:
        chapter = re.split(r"^## ", guide.partition(f"\n## {offer.name}\n")[2], flags=re.M)[0]
        named = set(re.findall(r"^\| `(\w+)` \|", chapter, flags=re.M))
        keys = offer.settings.model_fields["keys"].annotation.model_fields if offer.name == "jsonl" else {}
        assert named == set(offer.settings.model_fields) | set(keys), offer.name


def test_every_example_is_a_valid_configuration(guide: str, plugins: Plugins) -> None:
    examples = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", guide, flags=re.S)]
    assert len(examples) >= 5
    for entry in [entry for example in examples for entry in example["sources"]]:
        ((name, settings),) = entry.items()
        plugins.sources.get(name).settings.model_validate(settings)


def test_the_python_example_runs(
    guide: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("posts.jsonl").write_text('{"author": "ada", "full_text": "hello"}\n', encoding="utf-8")
    example = re.findall(r"```python\n(.*?)```", guide, flags=re.S)[0]
    exec(compile(example, "docs/sources.md", "exec"), {})
    assert capsys.readouterr().out == "ada None original hello\n"
