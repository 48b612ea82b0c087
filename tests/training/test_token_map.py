"""The corpus on disk: written in pieces, mapped and not read, exact."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from tweetgen.model.vocabulary import Vocabulary, learn
from tweetgen.settings import Tokens
from tweetgen.training.token_map import Passage, TokenMap, write

Posts = Callable[..., list[tuple[str, str]]]
Level = Callable[[str], Vocabulary]


@pytest.fixture
def vocabulary(posts: Posts) -> Vocabulary:
    return learn([text for _, text in posts()], Tokens(level="char"))


def passages(found: TokenMap, vocabulary: Vocabulary) -> list[Passage]:
    """What a map holds."""
    return [
        Passage(
            vocabulary.decode(found.tokens[found.offsets[i] : found.offsets[i + 1]].tolist()),
            tuple(found.labels[i].tolist()),
            bool(found.ends[i]),
        )
        for i in range(len(found))
    ]


def test_what_was_written_is_there_again(tmp_path: Path, posts: Posts, vocabulary: Vocabulary) -> None:
    told = [Passage(text, (turn % 4, turn % 2), turn % 3 > 0) for turn, (_, text) in enumerate(posts())]
    told += [Passage("", (0, 0)), Passage("\0 <|endoftext|> 🏴‍☠️\n", (3, 1)), Passage("é" * 5000, (1, 1), ends=False)]
    for found in (write(tmp_path / "map", told, vocabulary, labels=2), TokenMap.open(tmp_path / "map")):
        assert passages(found, vocabulary) == told
        assert found.characters.tolist() == [len(each.text) + each.ends for each in told]
        ends = sum(each.ends for each in told)
        expected = (sum(len(each.text) for each in told) + ends) / (len(found.tokens) + ends)
        assert found.characters_per_token == pytest.approx(expected)


@pytest.mark.parametrize("labels", [0, 1, 3])
def test_an_empty_corpus_is_a_corpus(tmp_path: Path, vocabulary: Vocabulary, labels: int) -> None:
    found = write(tmp_path / "map", [], vocabulary, labels)
    assert len(found) == 0
    assert found.labels.shape == (0, labels)
    assert found.offsets.tolist() == [0]
    assert found.characters_per_token == 0


def test_a_corpus_without_labels_keeps_its_passages(tmp_path: Path, vocabulary: Vocabulary) -> None:
    found = write(tmp_path / "map", [Passage("fog", ()), Passage("tide", ())], vocabulary, labels=0)
    assert found.labels.shape == (2, 0)
    assert [each.text for each in passages(found, vocabulary)] == ["fog", "tide"]


def test_an_older_map_is_gone(tmp_path: Path, vocabulary: Vocabulary) -> None:
    write(tmp_path / "map", [Passage("fog", (1,))] * 50, vocabulary, 1)
    assert len(write(tmp_path / "map", [Passage("tide", (2,))], vocabulary, 1)) == 1


def test_tokens_stay_on_disk_and_passages_are_encoded_some_at_a_time(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Memory does not grow with the corpus."""
    taken, most = 0, 0

    class Counting:
        size = vocabulary.size

        def encode_batch(self, texts: list[str]) -> list[list[int]]:
            nonlocal most, taken
            most = max(most, len(texts), counted - taken)
            taken += len(texts)
            return vocabulary.encode_batch(texts)

    counted = 0

    def endless() -> Iterator[Passage]:
        nonlocal counted
        while counted < 9000:
            counted += 1
            yield Passage("fog", (1,))

    found = write(tmp_path / "map", endless(), cast(Vocabulary, Counting()), 1)
    assert taken == len(found) == 9000
    assert most < 3000
    for mapped in (found.tokens, found.labels, found.ends, found.characters):
        base = mapped if isinstance(mapped, np.memmap) else mapped.base
        assert isinstance(base, np.memmap)
        assert not mapped.flags.writeable


def test_a_huge_vocabulary_gets_wider_numbers(tmp_path: Path) -> None:
    class Huge:
        size = 70_000

        def encode_batch(self, texts: list[str]) -> list[list[int]]:
            return [[69_999, 1] for _ in texts]

    found = write(tmp_path / "map", [Passage("fog", (1,))], cast(Vocabulary, Huge()), 1)
    assert found.tokens.tolist() == [69_999, 1]
    assert TokenMap.open(tmp_path / "map").tokens.dtype == np.uint32


def test_a_usual_vocabulary_takes_two_bytes_a_token(tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert write(tmp_path / "map", [Passage("fog", (1,))], vocabulary, 1).tokens.dtype == np.uint16
