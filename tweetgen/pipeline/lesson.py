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
#: posts that a label's value needs, and values of a label at most, for it to be learnt
LEAST_POSTS, MOST_VALUES = 10, 500
#: posts that subwords are learnt from, at most: their counts are held in memory, and more would change few of them
VOCABULARY_POSTS = 150_000
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

    counts, measured, found = _count(sided)
    if not counts:
        remedy = "bring in more: tweetgen import FILE, or tweetgen collect"
        raise InputError("nothing to learn from", "the corpus holds no post that may be learnt from", remedy)
    learnt = _side(sided, held_out=False)
    if parent is not None:
        vocabulary = vocabularies.grow(parent.vocabulary, (text.text for text in learnt))
    else:
        enough = counts.total() if recipe.tokens.level != "subword" else VOCABULARY_POSTS
        texts = (text.text for text in _some(learnt, counts.total(), enough))
        vocabulary = vocabularies.learn(texts, recipe.tokens)
    kept = kept_authors(parent)
    labels = {AUTHOR: (*kept, *sorted(set(counts).difference(kept))), **_values(found, parent)}
    rows = {name: {value: row + 1 for row, value in enumerate(values)} for name, values in labels.items()}
    for folder, held_out in ((workspace.corpus, False), (workspace.held_out, True)):
        token_map.write(folder, _passages(_side(sided, held_out=held_out), rows), vocabulary, len(labels))
    return Lesson(
        vocabulary=vocabulary,
        architecture=recipe.network if parent is None else parent.architecture,
        training=recipe.training,
        labels=labels,
        origin={AUTHORS: dict(counts)},
        held_out=list(_some(_side(sided, held_out=True), measured.total(), REPORT_POSTS)),
        initial={} if parent is None else inherited(parent, vocabulary, labels, recipe.training.seed),
        inherited={} if parent is None else _rows(parent, labels, len(kept)),
        unmeasured=tuple(sorted(set(counts).difference(measured))),
    )


def kept_authors(parent: Weights | None) -> Sequence[str]:
    """Those that a network which goes on from `parent` knows already; base weights pass none on."""
    return () if parent is None or parent.origin.get("base") else parent.labels.get(AUTHOR, ())


def _rows(parent: Weights, labels: Mapping[str, Sequence[str]], authors: int) -> dict[str, int]:
    """By array how many of its rows come from the parent: those of its tokens, of none and of the values it knew."""
    tokens = parent.vocabulary.size
    known = {f"label.{name}": 1 + len(parent.labels[name]) if name in parent.labels else 0 for name in labels}
    return {"embedding": tokens, "logits.bias": tokens, **known, f"label.{AUTHOR}": 1 + authors}


def _values(found: Mapping[str, Counter[str]], parent: Weights | None) -> dict[str, tuple[str, ...]]:
    """Of each label beside the author the parent's values, then those of enough posts to be learnt, the commonest."""
    kept = {} if parent is None else {name: values for name, values in parent.labels.items() if name != AUTHOR}
    names = dict.fromkeys([*kept, *found])
    learnt = {}
    for name in names:
        counts, known = found.get(name, Counter()), kept.get(name, ())
        often = [value for value, count in counts.most_common(MOST_VALUES) if value and count >= LEAST_POSTS]
        learnt[name] = (*known, *sorted(set(often).difference(known)))
    return learnt


def _count(sided: Iterable[Sided]) -> tuple[Counter[str], Counter[str], dict[str, Counter[str]]]:
    """Posts learnt from, and posts held out, by author; those learnt from by the values of each other label."""
    counts: Counter[str] = Counter()
    measured: Counter[str] = Counter()
    found: dict[str, Counter[str]] = {}
    for each in sided:
        if not each.first:
            continue
        (measured if each.held_out else counts)[each.text.author] += 1
        if not each.held_out:
            for name, value in each.text.labels:
                found.setdefault(name, Counter())[value] += 1
    return counts, measured, found


def _side(sided: Iterable[Sided], *, held_out: bool) -> Iterator[Text]:
    """The texts of one side, each cluster of near-duplicates once."""
    return (each.text for each in sided if each.first and each.held_out == held_out)


def _some(texts: Iterator[Text], count: int, most: int) -> Iterator[Text]:
    """At most so many of `count` texts, evenly spread."""
    if count <= most:
        return texts
    return (text for place, text in enumerate(texts) if place * most % count < most)


def _passages(texts: Iterable[Text], rows: Mapping[str, Mapping[str, int]]) -> "Iterator[Passage]":
    from tweetgen.training.token_map import Passage

    for text in texts:
        own = {**dict(text.labels), AUTHOR: text.author}
        yield Passage(text.text, tuple(known.get(own.get(name, ""), 0) for name, known in rows.items()), text.ends)


def inherited(
    parent: Weights, vocabulary: Vocabulary, labels: Mapping[str, Sequence[str]], seed: int
) -> "dict[str, NDArray[np.float32]]":
    """The parent's arrays, with rows for tokens and label values that it did not have.

    A new author begins as nobody in particular, plus a little noise to tell authors apart; a new token as an average
    one; a label that the parent knew nothing of changes nothing before it is learnt. Label values that are not asked
    for are left out.
    """
    random = np.random.default_rng(seed)
    size = parent.architecture.label_size
    arrays = {name: array for name, array in parent.arrays.items() if not name.startswith("label.")}
    more = vocabulary.size - parent.vocabulary.size
    for name in ("embedding", "logits.bias", "readout.kernel", "readout.bias"):
        if more > 0 and (array := arrays.get(name)) is not None:
            axis = -1 if name.startswith("readout") else 0
            if array.shape[axis] == parent.vocabulary.size:
                average = np.repeat(array.mean(axis=axis, keepdims=True), more, axis=axis)
                arrays[name] = np.concatenate([array, average], axis=axis).astype(np.float32)
    for name, values in labels.items():
        if name not in parent.labels:
            table = random.normal(0, _SPREAD, (1 + len(values), size)).astype(np.float32)
            table[0] = 0
            arrays[f"label.{name}"] = table
            for kernel in ("rnn.0.kernel", "readout.kernel"):  # labels are what these read last
                nothing = np.zeros((size, arrays[kernel].shape[1]), np.float32)
                arrays[kernel] = np.concatenate([arrays[kernel], nothing])
            continue
        rows = parent.arrays[f"label.{name}"]
        known = {value: rows[place + 1] for place, value in enumerate(parent.labels.get(name, ()))}
        spread = float(rows[1:].std()) if len(rows) > 1 else _SPREAD
        new = [
            known[value] if value in known else rows[0] + random.normal(0, spread, rows.shape[1]) for value in values
        ]
        arrays[f"label.{name}"] = np.array([rows[0], *new], np.float32)
    return arrays
