"""What every filter promises, whatever it is given."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tweetgen.domain import Candidate, Nearest, Outcome
from tweetgen.interfaces import Filter
from tweetgen.plugins import Plugins

#: settings that let each filter do something, several where it has several ways
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "blocklist": [{"words": ["goat*", "turnip"]}, {"list": "strict"}],
    "complete": [{}],
    "history": [{}],
    "language": [{"allow": ["en"]}],
    "length": [{}, {"count": "graphemes"}, {"count": "characters"}],
    "links": [{}, {"mode": "neutralise"}, {"mode": "drop"}],
    "mentions": [{}, {"mode": "neutralise"}, {"mode": "drop"}],
    "overlap": [{}],
    "regex": [
        {"patterns": [r"(\w+\s?)*!$", "goats?"]},
        {"patterns": ["goat"], "mode": "require"},
        {"patterns": ["goat", r"(a|aa)+b"], "mode": "replace", "replacement": "sheep"},
    ],
}
CASES = [(name, settings) for name, several in SETTINGS.items() for settings in several]
#: repeated as often as wanted, what is hard to look through
HARD = {
    "letters": "a",
    "spaces": " ",
    "words": "goat ",
    "dots": "a.",
    "addresses": "a.com/(",
    "schemes": "http://",
    "queries": "a.co?b.co",
    "accents": "é.com.",
    "ideographs": "あ。",
    "at signs": "@",
    "names": "@a ",
    "opening": "(",
    "closing": ":)",
    "stars": "f*",
    "leet": "n1",
    "spelt": "g o a t ",
    "stretched": "aaabbb",
    "hyphens": "a-",
    "joiners": "👨\u200d",
    "marks": "e\u0301\u0302",
    "loops": "the goat is king ",
    "ligature": "ﷺ",
    "quotes": '"',
}
ODD = [
    "",
    " \n\t ",
    "\x00",
    "\ud800",
    "goat \udfff\ud83d",
    "\ufffe\uffff\ufeff",
    "שלום @ada http://example.com",
    "\u202egoat\u202c",
    "👨\u200d👩\u200d👧\u200d👦" * 50,
    "🏴\U000e0067\U000e007f\u200d\u200d",
    "\u0301goat",
    "line\r\nline\r\u2028line",
    "@" * 300 + "goat",
    "@ada",
    "(https://example.com)",
    "https://",
    "x" * 10_000,
    "goat " * 2_000,
    "".join(map(chr, range(0x20, 0x2000))),
]


@dataclass(frozen=True)
class FakeCorpus:
    """A corpus of one post."""

    post: str = "the goat is king of the mountain and of the mill and of the miller"

    def shared_words(self, text: str) -> tuple[int, str]:
        return (13, self.post) if text in self.post else (0, "")

    def nearest(self, text: str) -> Nearest | None:
        return Nearest(self.post, "ada", 13, 1.0) if text == self.post else None


@dataclass(frozen=True)
class FakeHost:
    corpus: FakeCorpus = field(default_factory=FakeCorpus)

    def now(self) -> datetime:
        return datetime(2024, 11, 16, tzinfo=UTC)

    def recent_texts(self) -> Sequence[str]:
        return ["the mill stands still", "\ud800"]


Make = Callable[[str, dict[str, Any]], Filter]


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return Plugins.load()


@pytest.fixture(scope="module")
def make(plugins: Plugins) -> Make:
    """A filter with these settings."""

    def make(name: str, settings: dict[str, Any]) -> Filter:
        offer = plugins.filters.get(name)
        made: Filter = offer.make(offer.settings.model_validate(settings), FakeHost())  # type: ignore[arg-type]
        return made

    return make


def candidate(text: str) -> Candidate:
    return Candidate(text, {"ada": 1.0}, "shared", 1, (0.8,), True, -20.0)


def test_every_registered_filter_of_ours_is_held_to_the_contract(plugins: Plugins) -> None:
    assert {offer.name for offer in plugins.filters if "tweetgen_plugins" in offer.where} == set(SETTINGS)


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_no_text_makes_it_raise_and_every_verdict_has_a_reason(
    make: Make, name: str, settings: dict[str, Any]
) -> None:
    judge = make(name, settings).judge
    for text in [*ODD, *(piece * 400 for piece in HARD.values())]:
        verdict = judge(candidate(text))
        assert verdict.filter == name
        assert verdict.reason.strip()
        assert "\n" not in verdict.reason
        assert not verdict.reason.endswith(".")
        assert (verdict.outcome is Outcome.REWRITE) == (verdict.text is not None)


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_what_it_rewrote_it_keeps(make: Make, name: str, settings: dict[str, Any]) -> None:
    judge = make(name, settings).judge
    texts = [*ODD, *(piece * 40 for piece in HARD.values()), "the @ada goat (see https://a.de/b.com?c=d.org) RT@bob:"]
    for text in texts:
        rewritten = judge(candidate(text)).text
        if rewritten is not None:
            again = judge(candidate(rewritten))
            assert again.outcome is Outcome.KEEP, (text[:80], rewritten[:80], again)


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_one_candidate_says_nothing_about_the_next(make: Make, name: str, settings: dict[str, Any]) -> None:
    judge = make(name, settings).judge
    first = judge(candidate("the goat is king, he said to @ada"))
    judge(candidate("something else at example.com and"))
    assert judge(candidate("the goat is king, he said to @ada")) == first


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_only_the_text_is_judged_unless_the_candidate_was_cut_off(
    make: Make, name: str, settings: dict[str, Any]
) -> None:
    judge = make(name, settings).judge
    one = candidate("the goat is king of all")
    other = replace(one, voice={}, model="other", seed=7, temperature=(), log_likelihood=-1.0)
    assert judge(one) == judge(other)


class Steps:
    """Counts lines of Python as they run: work that no slow machine changes."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, frame: Any, event: str, arg: Any) -> "Steps":
        self.count += event == "line"
        return self


def steps(judge: Callable[[Candidate], Any], text: str) -> int:
    counter, before = Steps(), sys.gettrace()
    sys.settrace(counter)
    try:
        judge(candidate(text))
    finally:
        sys.settrace(before)
    return counter.count


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_twice_the_text_takes_at_most_about_twice_the_steps(make: Make, name: str, settings: dict[str, Any]) -> None:
    judge = make(name, settings).judge
    judge(candidate("once, so that nothing is loaded while steps are counted 👨\u200d👩"))
    for kind, piece in HARD.items():
        short, long = (steps(judge, piece * times) for times in (250, 500))
        assert long <= 2.3 * short + 200, kind


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_no_text_keeps_it_busy_for_ever(make: Make, name: str, settings: dict[str, Any]) -> None:
    # steps within a regular expression are not counted: with a quadratic one, these would take hours
    judge = make(name, settings).judge
    for piece in HARD.values():
        assert judge(candidate(piece * (50_000 // len(piece)))).reason


def test_the_shared_files_are_no_plugins(root: Path) -> None:
    assert not any(path.name.startswith("filter_") for path in (root / "plugins/_text").iterdir())
