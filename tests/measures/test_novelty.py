"""Novelty: what is repeated whole, the longest run copied, and how many 4-grams are new."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from tweetgen.measures.novelty import Novelty, novelty

CORPUS = [
    "The lighthouse keeper counts the ships at night.",
    "Nobody counts the gulls, and the gulls know it!",
    "Fog again.",
]
WORDS = st.lists(st.sampled_from("ab"), max_size=9).map(" ".join)


def test_a_repeated_post_is_verbatim_whatever_its_case_and_punctuation() -> None:
    found = novelty(["fog AGAIN", "Fog again and again"], CORPUS)
    assert found.verbatim == 0.5


def test_a_part_of_a_post_is_not_verbatim() -> None:
    assert novelty(["nobody counts the gulls"], CORPUS).verbatim == 0


def test_the_longest_run_is_told_as_the_sample_spells_it() -> None:
    found = novelty(["We know that KEEPER counts: the ships, my dear", "Nobody counts."], CORPUS)
    assert (found.longest_run, found.longest_run_text) == (4, "KEEPER counts: the ships")


def test_a_run_does_not_reach_over_two_posts() -> None:
    assert novelty(["ships at night nobody counts"], CORPUS).longest_run == 3


def test_the_first_of_several_longest_runs_is_told() -> None:
    assert novelty(["x the gulls", "fog again"], CORPUS).longest_run_text == "the gulls"


def test_novel_4grams_are_counted_as_often_as_they_occur() -> None:
    copied = "nobody counts the gulls and"  # two 4-grams, both of the corpus
    new = "every keeper of the fog"  # two that are new
    assert novelty([copied, new], CORPUS).novel_4grams == 0.5
    assert novelty([copied, new, new], CORPUS).novel_4grams == 4 / 6


def test_short_posts_repeated_by_chance_are_counted_apart() -> None:
    long = "the lighthouse keeper counts the ships at night"
    found = novelty(["Fog again", long, long + " and day"], CORPUS)
    assert (found.verbatim, found.verbatim_long) == (2 / 3, 1 / 2)
    assert novelty(["Fog again"], CORPUS).verbatim_long is None


def test_texts_without_words_and_short_texts_have_no_share_to_tell() -> None:
    found = novelty(["...", ""], [*CORPUS, "..."])
    assert found == Novelty(2, 0.5, None, 0, "", None)


def test_without_samples_there_is_nothing_to_tell() -> None:
    assert novelty([], CORPUS) == Novelty(0, None, None, 0, "", None)


def test_everything_is_new_against_an_empty_corpus() -> None:
    assert novelty(["one two three four five"], []) == Novelty(1, 0.0, None, 0, "", 1.0)


def test_the_corpus_is_read_once() -> None:
    def posts() -> Iterator[str]:
        yield from CORPUS

    assert novelty([CORPUS[0]], posts()) == Novelty(1, 1.0, 1.0, 8, CORPUS[0][:-1], 0.0)


def test_ideographs_are_words() -> None:
    assert novelty(["今日は晴れ"], ["明日は晴れかも"]).longest_run == 4


@given(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=4))
def test_agrees_with_a_search_by_hand(samples: list[str], corpus: list[str]) -> None:
    found = novelty(samples, corpus)
    posts = [post.split() for post in corpus]
    runs = [
        end - start
        for sample in map(str.split, samples)
        for start in range(len(sample))
        for end in range(start + 1, len(sample) + 1)
        if any(sample[start:end] == post[at : at + end - start] for post in posts for at in range(len(post)))
    ]
    assert found.longest_run == max(runs, default=0)
    assert len(found.longest_run_text.split()) == found.longest_run
    assert found.verbatim == (sum(s in corpus for s in samples) / len(samples) if samples else None)
