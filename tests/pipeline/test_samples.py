"""Samples: shared among the authors, and measured beside real posts."""

from typing import Any

from tweetgen.domain import Candidate
from tweetgen.pipeline.samples import Judging, Sample, judge_samples, write_samples
from tweetgen.pipeline.texts import Text
from tweetgen.settings import Writing


class Namer:
    """A model that writes its author and seed."""

    def __init__(self, *authors: str) -> None:
        self.authors = authors

    def candidates(
        self, n: int = 1, author: str | None = None, prefix: str = "", seed: int | None = None, **writing: Any
    ) -> list[Candidate]:
        del prefix
        self.writing = writing
        texts = [f"{author} {(seed or 0) + number}" for number in range(n)]
        return [
            Candidate(text, {}, "namer", 0, (0.8,), complete=number > 0, log_likelihood=0)
            for number, text in enumerate(texts)
        ]


def test_samples_are_shared_evenly_and_never_the_same_seed_twice() -> None:
    samples = write_samples(Namer("Ada", "Bob", "Cleo"), 8, seed=3)
    assert sorted(sample.text.split()[0] for sample in samples) == ["Ada"] * 3 + ["Bob"] * 3 + ["Cleo"] * 2
    assert len({sample.text.split()[1] for sample in samples}) == 8


def test_fewer_samples_than_authors_and_no_author_at_all() -> None:
    assert len(write_samples(Namer(*map(str, range(100))), 7, seed=0)) == 7
    assert write_samples(Namer(), 2, seed=5) == [Sample(None, "None 5", complete=False), Sample(None, "None 6")]
    assert write_samples(Namer("Ada"), 0, seed=5) == []


def test_they_are_written_as_configured() -> None:
    namer = Namer("Ada")
    write_samples(namer, 1, 0, Writing(temperature=(0.5,), top_p=0.9))
    assert (namer.writing["temperature"], namer.writing["top_p"]) == ((0.5,), 0.9)
    assert "candidates" not in namer.writing


def test_what_is_copied_cut_and_too_short_is_found() -> None:
    learnt = [Text("Ada", "the lighthouse keeper counts the ships"), Text("Ada", "fog again tonight")]
    samples = [Sample("Ada", "The lighthouse keeper counts the ships"), Sample("Ada", "gulls", complete=False)]
    found = judge_samples(samples, learnt, [Text("Ada", "rain, and rain again")])
    assert (found.novelty.verbatim, found.novelty.longest_run) == (0.5, 6)
    assert found.lengths is not None
    assert found.lengths.cut == 0.5
    assert (found.attributed, found.told_apart) == (None, None)
    assert found.real_novelty is not None
    assert found.real_novelty.verbatim == 0


def test_the_judges_see_as_many_real_posts_of_each_author_as_of_ours() -> None:
    texts = [Text(author, f"{author} says {number} {number % 7}") for author in ("Ada", "Bob") for number in range(40)]
    samples = [Sample(text.author, text.text + " indeed") for text in texts]
    found = judge_samples(samples, texts, texts)
    assert found.attributed is not None
    assert found.attributed.ours == 1
    assert found.told_apart is not None
    assert judge_samples(samples, texts, texts, quick=True).told_apart is None


def test_nothing_written_or_nothing_to_compare_with_is_no_error() -> None:
    assert judge_samples([], [Text("Ada", "fog")], []).lengths is None
    assert judge_samples([Sample(None, "fog")], [Text("Ada", "fog")], []).real_novelty is None


def test_judging_several_batches_finds_of_each_what_it_would_alone() -> None:
    texts = [Text(author, f"{author} says {number} {number % 7}") for author in ("Ada", "Bob") for number in range(20)]
    batches = [[Sample(text.author, text.text + more) for text in texts] for more in (" indeed", " never", "")]
    judging = Judging(texts, texts)
    assert [judging.judge(batch) for batch in batches] == [judge_samples(batch, texts, texts) for batch in batches]
