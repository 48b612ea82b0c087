"""The guides to sources and filters are true to the code."""

import re
from pathlib import Path

import pytest
import yaml

from tweetgen.config.model import FILTERS
from tweetgen.config.secrets import is_secret
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
        ((name, written),) = entry.items()
        settings = {key: "secret" if is_secret(value) else value for key, value in written.items()}
        plugins.sources.get(name).settings.model_validate(settings)


def test_the_python_example_runs(
    guide: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("posts.jsonl").write_text('{"author": "ada", "full_text": "hello"}\n', encoding="utf-8")
    example = re.findall(r"```python\n(.*?)```", guide, flags=re.S)[0]
    exec(compile(example, "docs/sources.md", "exec"), {})
    assert capsys.readouterr().out == "ada None original hello\n"


@pytest.fixture(scope="module")
def filters_guide(root: Path) -> str:
    return (root / "docs" / "filters.md").read_text(encoding="utf-8")


def test_every_filter_has_a_chapter_with_every_setting(filters_guide: str, plugins: Plugins) -> None:
    for offer in plugins.filters:
        chapter = re.split(r"^## ", filters_guide.partition(f"\n## {offer.name}\n")[2], flags=re.M)[0]
        table = chapter.partition("| setting |")[2].partition("\n\n")[0]
        assert re.findall(r"^\| `(\w+)` \|", table, flags=re.M) == list(offer.settings.model_fields), offer.name


def test_the_guide_tells_the_defaults_of_the_filters(filters_guide: str, plugins: Plugins) -> None:
    for offer in plugins.filters:
        chapter = filters_guide.partition(f"\n## {offer.name}\n")[2]
        for name, field in offer.settings.model_fields.items():
            told = re.findall(rf"^\| `{name}` \|([^|]*)\|", chapter, flags=re.M)[0].strip(" `")
            default = "" if field.is_required() or field.default in ((), "") else str(field.default).lower()
            assert told == default or (default == "none" and told == "the pattern"), (offer.name, name)


def test_the_filters_of_an_account_that_names_none_are_those_of_the_guide(filters_guide: str) -> None:
    overview = filters_guide.partition("| name |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `(\w+)` \|", overview, flags=re.M)
    assert tuple(named[:7]) == FILTERS


def test_every_example_of_filters_is_a_valid_configuration(filters_guide: str, plugins: Plugins) -> None:
    examples = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", filters_guide, flags=re.S)]
    assert len(examples) >= 3
    for entry in [entry for example in examples for entry in example["filters"]]:
        name, settings = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
        plugins.filters.get(name).settings.model_validate(settings)
