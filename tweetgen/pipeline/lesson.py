"""What a training works on, made from texts and a parent: vocabulary, labels, token maps, arrays to start from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tweetgen.domain import Json
from tweetgen.errors import InputError
from tweetgen.model import vocabulary as vocabularies
from tweetgen.model.vocabulary import Vocabulary
from tweetgen.model.weights import Weights
from tweetgen.pipeline.texts import Sided, Text
from tweetgen.settings import Architecture, Recipe, Training

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tweetgen.pipeline.workspace import Workspace
    from tweetgen.training.token_map import Passage

#: the label, and where the origin counts posts by author
AUTHOR, AUTHORS = "author", "authors"
#: of the first authors' rows around nobody's: enough to tell them apart
_SPREAD = 0.03
#: posts that the report at the end measures on, at most
REPORT_POSTS = 2_000


@dataclass(frozen=True)
class Lesson:
    """All that a training works on, beside its token maps."""

    vocabulary: Vocabulary
    architecture: Architecture
    training: Training
    #: values by label name; value i is row i + 1
    labels: dict[str, tuple[str, ...]]
    #: goes into the weights file
    origin: dict[str, Json]
    #: what the report measures on: a sample of the posts held out
    held_out: Sequence[Text]
    #: arrays to start from by name; empty for a new network
    initial: "Mapping[str, NDArray[np.float32]]" = field(default_factory=dict)
    #: how many rows of an array the parent had, where more may have come
    inherited: "Mapping[str, int]" = field(default_factory=dict)
    #: authors of whom nothing is held out: nobody can say how well they were learnt
    unmeasured: tuple[str, ...] = ()


def prepare(sided: Iterable[Sided], recipe: Recipe, parent: Weights | None, workspace: "Workspace") -> Lesson:
    """Vocabulary, labels and token maps for these texts; the parent's shape and vocabulary are kept if there is one.

    `sided` is read several times and never held in memory. Raises `InputError` where there is nothing to learn from.
    """
    from tweetgen.training import token_map

    counts, measured = _count(sided)
    if not counts:
        remedy = "bring in more: tweetgen import FILE, or tweetgen collect"
        raise InputError("nothing to learn from", "the corpus holds no post that may be learnt from", remedy)
    texts = (text.text for text in _side(sided, held_out=False))
    if parent is None:
        vocabulary = vocabularies.learn(texts, recipe.tokens)
    else:
        vocabulary = vocabularies.grow(parent.vocabulary, texts)
    kept = () if parent is None or parent.origin.get("base") else parent.labels.get(AUTHOR, ())
    labels = {AUTHOR: (*kept, *sorted(set(counts).difference(kept)))}
    rows = {author: row + 1 for row, author in enumerate(labels[AUTHOR])}
    for folder, held_out in ((workspace.corpus, False), (workspace.held_out, True)):
        token_map.write(folder, _passages(_side(sided, held_out=held_out), rows), vocabulary, len(labels))
    return Lesson(
        vocabulary=vocabulary,
        architecture=recipe.network if parent is None else parent.architecture,
        training=recipe.training,
        labels=labels,
        origin={AUTHORS: dict(counts)},
        held_out=_sample(_side(sided, held_out=True), measured.total()),
        initial={} if parent is None else inherited(parent, vocabulary, labels, recipe.training.seed),
        inherited={} if parent is None else _rows(parent, len(kept)),
        unmeasured=tuple(sorted(set(counts).difference(measured))),
    )


def _rows(parent: Weights, authors: int) -> dict[str, int]:
    """By array how many of its rows come from the parent: those of its tokens, of nobody and of so many authors."""
    tokens = parent.vocabulary.size
    return {"embedding": tokens, "logits.bias": tokens, f"label.{AUTHOR}": 1 + authors}


def _count(sided: Iterable[Sided]) -> tuple[Counter[str], Counter[str]]:
    """Posts learnt from, and posts held out, by author."""
    counts: Counter[str] = Counter()
    measured: Counter[str] = Counter()
    for each in sided:
        if each.first:
            (measured if each.held_out else counts)[each.text.author] += 1
    return counts, measured


def _side(sided: Iterable[Sided], *, held_out: bool) -> Iterator[Text]:
    """The texts of one side, each cluster of near-duplicates once."""
    return (each.text for each in sided if each.first and each.held_out == held_out)


def _sample(texts: Iterator[Text], count: int) -> list[Text]:
    """At most `REPORT_POSTS` of `count` texts, evenly spread."""
    if count <= REPORT_POSTS:
        return list(texts)
    return [text for place, text in enumerate(texts) if place * REPORT_POSTS % count < REPORT_POSTS]


def _passages(texts: Iterable[Text], rows: Mapping[str, int]) -> "Iterator[Passage]":
    from tweetgen.training.token_map import Passage

    for text in texts:
        yield Passage(text.text, (rows.get(text.author, 0),), text.ends)


def inherited(
    parent: Weights, vocabulary: Vocabulary, labels: Mapping[str, Sequence[str]], seed: int
) -> "dict[str, NDArray[np.float32]]":
    """The parent's arrays, with rows for tokens and label values that it did not have.

    A new author begins as nobody in particular, plus a little noise to tell authors apart; a new token as an average
    one. Label values that are not asked for are left out.
    """
    random = np.random.default_rng(seed)
    arrays = {name: array for name, array in parent.arrays.items() if not name.startswith("label.")}
    more = vocabulary.size - parent.vocabulary.size
    for name in ("embedding", "logits.bias", "readout.kernel", "readout.bias"):
        if more > 0 and (array := arrays.get(name)) is not None:
            axis = -1 if name.startswith("readout") else 0
            if array.shape[axis] == parent.vocabulary.size:
                average = np.repeat(array.mean(axis=axis, keepdims=True), more, axis=axis)
                arrays[name] = np.concatenate([array, average], axis=axis).astype(np.float32)
    for name, values in labels.items():
        rows = parent.arrays[f"label.{name}"]
        known = {value: rows[place + 1] for place, value in enumerate(parent.labels.get(name, ()))}
        spread = float(rows[1:].std()) if len(rows) > 1 else _SPREAD
        new = [
            known[value] if value in known else rows[0] + random.normal(0, spread, rows.shape[1]) for value in values
        ]
        arrays[f"label.{name}"] = np.array([rows[0], *new], np.float32)
    return arrays
