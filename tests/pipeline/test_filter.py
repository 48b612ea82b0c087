"""Candidates go through the filters in order, whatever a filter does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tweetgen.app import App
from tweetgen.domain import Candidate, Outcome, Verdict
from tweetgen.pipeline.filter import judge, judge_all

CANDIDATE = Candidate("the goat is king", {"ada": 1.0}, "shared", 1, (0.8,), True, -20.0)


@dataclass
class Fake:
    """A filter that is one function of the text, and remembers the texts it saw."""

    answer: Callable[[str], Any]
    seen: list[str]

    def judge(self, candidate: Candidate) -> Any:
        self.seen.append(candidate.text)
        return self.answer(candidate.text)


@dataclass
class Configured:
    name: str
    filter: Fake


def configured(name: str, answer: Callable[[str], Any]) -> Configured:
    return Configured(name, Fake(answer, []))


def keep(text: str) -> Verdict:
    return Verdict("", Outcome.KEEP, f"{len(text)} characters")


def drop(text: str) -> Verdict:
    return Verdict("", Outcome.DROP, "names a goat")


def shout(text: str) -> Verdict:
    return Verdict("", Outcome.REWRITE, "made loud", text.upper())


def test_without_filters_a_candidate_is_kept() -> None:
    judged = judge(CANDIDATE, [])
    assert (judged.candidate, judged.verdicts, judged.kept) == (CANDIDATE, (), True)


def test_a_rewrite_is_what_the_next_filter_sees_and_what_comes_out() -> None:
    last = configured("last", keep)
    judged = judge(CANDIDATE, [configured("loud", shout), last])
    assert last.filter.seen == ["THE GOAT IS KING"]
    assert judged.candidate == replace(CANDIDATE, text="THE GOAT IS KING")
    assert judged.kept


def test_a_drop_ends_it_and_the_text_stays_as_the_dropping_filter_saw_it() -> None:
    never = configured("never", keep)
    judged = judge(CANDIDATE, [configured("loud", shout), configured("goats", drop), never])
    assert not judged.kept
    assert never.filter.seen == []
    assert [verdict.filter for verdict in judged.verdicts] == ["loud", "goats"]
    assert judged.candidate.text == "THE GOAT IS KING"


def test_explained_every_filter_is_asked_even_after_a_drop() -> None:
    judged = judge(CANDIDATE, [configured("goats", drop), configured("loud", shout)], explain=True)
    assert not judged.kept
    assert [verdict.outcome for verdict in judged.verdicts] == [Outcome.DROP, Outcome.REWRITE]


def test_a_verdict_carries_the_name_of_the_account_file_and_keeps_its_reason() -> None:
    (verdict,) = judge(CANDIDATE, [configured("mine", keep)]).verdicts
    assert verdict == Verdict("mine", Outcome.KEEP, "16 characters")


def test_a_text_comes_with_a_rewrite_only() -> None:
    def confused(text: str) -> Verdict:
        return Verdict("", Outcome.KEEP, "fine", "something else")

    judged = judge(CANDIDATE, [configured("confused", confused)])
    assert judged.candidate == CANDIDATE
    assert judged.verdicts[0].text is None


def raises(text: str) -> Verdict:
    raise ValueError("no goat\nin sight")


def gives_no_reason(text: str) -> Verdict:
    return Verdict("", Outcome.KEEP, " ")


def gives_a_number_for_a_reason(text: str) -> Verdict:
    return Verdict("", Outcome.KEEP, 3)  # type: ignore[arg-type]  # as a careless plugin might


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (raises, "ValueError: no goat in sight"),
        (lambda text: True, "it answered True, which is no verdict"),
        (gives_no_reason, "it gave no reason"),
        (gives_a_number_for_a_reason, "AttributeError"),
        (lambda text: Verdict("", Outcome.REWRITE, "made short"), "it rewrote the text to nothing"),
        (lambda text: Verdict("", Outcome.REWRITE, "made short", " \n"), "it rewrote the text to nothing"),
    ],
)
def test_a_filter_that_fails_drops_the_candidate_and_is_named(answer: Callable[[str], Any], told: str) -> None:
    judged = judge(CANDIDATE, [configured("broken", answer)])
    assert not judged.kept
    (verdict,) = judged.verdicts
    assert (verdict.filter, verdict.outcome) == ("broken", Outcome.DROP)
    assert verdict.reason.startswith(f"the filter 'broken' failed: {told}")
    assert "\n" not in verdict.reason


def test_being_stopped_is_no_verdict() -> None:
    def stopped(text: str) -> Verdict:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(CANDIDATE, [configured("slow", stopped)])


def test_one_failing_candidate_leaves_the_others_alone() -> None:
    def picky(text: str) -> Verdict:
        return keep(text) if "goat" in text else raises(text)

    others = [CANDIDATE, replace(CANDIDATE, text="the sheep is king"), CANDIDATE]
    assert [judged.kept for judged in judge_all(others, [configured("picky", picky)])] == [True, False, True]


PLUGIN = """
from tweetgen import hookimpl
from tweetgen.domain import Outcome, Verdict

class Herd:
    def __init__(self, settings, host):
        self.animal = settings["animal"]

    def judge(self, candidate):
        outcome = Outcome.DROP if self.animal in candidate.text else Outcome.KEEP
        return Verdict("herd", outcome, f"looked for a {self.animal}")

@hookimpl
def register_filters(register):
    register("herd", Herd)
"""


def test_a_filter_dropped_into_the_folder_of_plugins_judges_where_an_account_names_it(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/filter_herd.py").write_text(PLUGIN, "utf-8")
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts/shepherd.yaml").write_text("filters: [length, herd: {animal: goat}]\n", "utf-8")
    (tmp_path / "config.yaml").write_text("plugins: [plugins]\n", "utf-8")
    app = App.open(tmp_path, {})
    (length, herd) = judge(CANDIDATE, app.filters("shepherd")).verdicts
    assert (length.outcome, herd) == (Outcome.KEEP, Verdict("herd", Outcome.DROP, "looked for a goat"))
    assert "herd" not in [configured.name for configured in app.filters()]
