"""`overlap`: nothing that a real post says already."""

from dataclasses import dataclass

import pytest
from pydantic import ValidationError
from tweetgen_plugins.filter_overlap import OverlapFilter

from tweetgen.domain import Candidate, Nearest, Outcome, Verdict

RUN = "the gull stole the rope and then the lamp"


@dataclass(frozen=True)
class FakeCorpus:
    """One answer to everything; as a host it offers itself."""

    words: int = 0
    near: Nearest | None = None

    @property
    def corpus(self) -> "FakeCorpus":
        return self

    def shared_words(self, text: str) -> tuple[int, str]:
        return self.words, " ".join(text.split()[: self.words])

    def nearest(self, text: str) -> Nearest | None:
        return self.near


def judge(corpus: FakeCorpus, text: str = RUN, **settings: float) -> Verdict:
    made = OverlapFilter(OverlapFilter.Settings.model_validate(settings), corpus)
    verdict: Verdict = made.judge(Candidate(text, {}, "shared", 1, (1.0,), True, -1.0))
    return verdict


def test_as_many_words_as_allowed_pass_and_one_more_does_not() -> None:
    assert judge(FakeCorpus(8)).outcome is Outcome.KEEP
    assert judge(FakeCorpus(9)).outcome is Outcome.DROP
    assert judge(FakeCorpus(5), words=4).outcome is Outcome.DROP


def test_the_reason_quotes_the_run_and_names_who_wrote_it() -> None:
    verdict = judge(FakeCorpus(9, Nearest(RUN, "ada", shared_words=9, likeness=0.3)))
    assert verdict.reason == f"9 words in a row are of a real post by ada: “{RUN}”"
    other = judge(FakeCorpus(9, Nearest("a lamp", "bob", shared_words=2, likeness=0.4)))
    assert other.reason == f"9 words in a row are of a real post: “{RUN}”"


def test_a_near_copy_is_dropped_and_shown() -> None:
    def near(likeness: float) -> FakeCorpus:
        return FakeCorpus(3, Nearest("a gull\nstole it", "ada", shared_words=3, likeness=likeness))

    assert judge(near(0.69)).outcome is Outcome.KEEP
    assert judge(near(0.7)).reason == "is to 70% a post by ada: “a gull stole it”"
    assert judge(near(1.0)).reason == "is a post by ada: “a gull stole it”"
    assert judge(near(0.7), likeness=0.9).outcome is Outcome.KEEP


def test_long_quotations_are_cut() -> None:
    verdict = judge(FakeCorpus(60), "word " * 60)
    assert len(verdict.reason) < 160
    assert verdict.reason.endswith("…”")


def test_a_limit_that_no_index_can_tell_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 3"):
        OverlapFilter.Settings(words=2)
