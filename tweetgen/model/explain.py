"""What the network thought of a text: each token's probability, what else it might have been, whose hand it shows."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log

import numpy as np
import regex
from numpy.typing import NDArray

from tweetgen.errors import UnknownName
from tweetgen.model.blas import Floats, one_blas_thread
from tweetgen.model.network import Network, Voice
from tweetgen.model.scoring import available_threads, token_log_likelihoods
from tweetgen.model.vocabulary.base import END, Vocabulary

#: authors that are all compared, as long as their number times that of the tokens stays below the other
_ALL_AUTHORS, _ALL_STEPS = 64, 32_768
#: where there are more: how many of the likeliest are compared, found by reading so much in all
_BEST, _FIRST_LOOK = 8, 65_536
#: padded tokens read at a time, and rows of logits made at a time: what the caches like
_TOKENS_AT_ONCE, _LOGITS_AT_ONCE = 4096, 128
_NATS_PER_BIT = log(2)


@dataclass(frozen=True)
class Alternative:
    """A token that might have come at some place."""

    #: what it stands for; empty: the post would have ended. A part of a character has U+FFFD in it
    text: str
    probability: float
    #: whether the text goes on with it
    chosen: bool
    #: whether it is whole characters, so that it can be put into the text
    whole: bool


@dataclass(frozen=True)
class Thought:
    """One token, or the few that only together are whole characters; the last thought is the end of the post."""

    text: str
    #: where it stands in the text, in code points
    start: int
    end: int
    #: how many tokens it is
    tokens: int
    #: nats, of all its tokens together
    log_likelihood: float
    #: of its first token among all there are; 1 is the likeliest
    rank: int
    #: instead of its first token, the likeliest first
    alternatives: tuple[Alternative, ...]
    #: what attention gives it from then on, on a scale of its own; 0 where the network has no attention
    weight: float

    @property
    def bits(self) -> float:
        """The surprise."""
        return -self.log_likelihood / _NATS_PER_BIT


@dataclass(frozen=True)
class Hand:
    """How one author's label would have written the text."""

    author: str
    #: nats, one for each thought
    log_likelihoods: tuple[float, ...]
    #: bits that each thought is likelier by than as nobody's
    gains: tuple[float, ...]
    #: of having written it, were it one of those compared, each as likely beforehand
    probability: float

    @property
    def log_likelihood(self) -> float:
        """Of the whole text, in nats."""
        return sum(self.log_likelihoods)

    @property
    def gain(self) -> float:
        """Of the whole text, in bits."""
        return sum(self.gains)


@dataclass(frozen=True)
class Explanation:
    """All of it, for one text as written by one voice."""

    text: str
    voice: Mapping[str, float]
    thoughts: tuple[Thought, ...]
    #: of what is read before the first token; 0 where the network has no attention
    start_weight: float
    #: nats of each thought with every label at "none"
    nobody: tuple[float, ...]
    #: those compared, in the model's order
    hands: tuple[Hand, ...]
    #: how many authors the model knows
    known_authors: int

    @property
    def log_likelihood(self) -> float:
        """Of the whole text by the voice, in nats, its end included."""
        return sum(thought.log_likelihood for thought in self.thoughts)

    @property
    def bits_per_character(self) -> float:
        """By the voice; the end counts as a character."""
        return -self.log_likelihood / _NATS_PER_BIT / (len(self.text) + 1)

    def attention(self, thought: int) -> list[float]:
        """Where the network looked before a thought: shares of the start and of every thought before it, summing to 1.

        Empty for a network without attention.
        """
        weights = [self.start_weight, *(each.weight for each in self.thoughts[:thought])]
        total = sum(weights)
        return [weight / total for weight in weights] if total else []


@dataclass(frozen=True)
class _Part:
    """Tokens first … last - 1 of a text, and code points start … end - 1."""

    first: int
    last: int
    start: int
    end: int


def explain(
    network: Network,
    vocabulary: Vocabulary,
    text: str,
    voice: Mapping[str, float],
    authors: Sequence[str] = (),
    alternatives: int = 10,
    label: str = "author",
) -> Explanation:
    """Explain a text without lone surrogates as `voice` (shares by author; empty: nobody) would have written it.

    All authors are compared where they are few, else those of the voice, `authors`, and the likeliest. Raises
    `UnknownName` for an author the network does not know.
    """
    tokens = vocabulary.encode(text)
    known = network.labels.get(label, ())
    with one_blas_thread():
        compared = _compared(network, tokens, label, [*voice, *authors])
        voices: list[Voice] = [{label: voice} if voice else {}, {}, *({label: {name: 1.0}} for name in compared)]
        labels = network.label_vectors(voices)
        own, nobody, *hands = _token_log_likelihoods(network, tokens, labels).astype(np.float64)
        parts = list(_parts(vocabulary, text, tokens))
        logits, weights = _own(network, tokens, labels[:1])
        thoughts = [
            Thought(
                text=text[part.start : part.end],
                start=part.start,
                end=part.end,
                tokens=part.last - part.first,
                log_likelihood=float(own[part.first : part.last].sum()),
                rank=1 + int((row > row[token]).sum()),
                alternatives=tuple(_alternatives(vocabulary, row, token, alternatives)),
                weight=float(weights[part.first + 1 : part.last + 1].sum()),
            )
            for part, row, token in _firsts(parts, logits, tokens)
        ]
    together = [_sums(row, parts) for row in (nobody, *hands)]
    start = float(weights[0]) if len(weights) else 0.0
    return Explanation(text, voice, tuple(thoughts), start, together[0], _hands(compared, *together), len(known))


def _compared(network: Network, tokens: Sequence[int], label: str, wanted: Sequence[str]) -> list[str]:
    """The authors to compare, in the network's order."""
    known = network.labels.get(label, ())
    for name in wanted:
        if name not in known:
            raise UnknownName(label, name, known)
    if len(known) <= _ALL_AUTHORS and len(known) * len(tokens) <= _ALL_STEPS:
        return list(known)
    look = tokens[: max(1, _FIRST_LOOK // len(known))]
    labels = network.label_vectors([{label: {name: 1.0}} for name in known])
    found = _token_log_likelihoods(network, look, labels)[:, : len(look)].sum(axis=1)
    best = {known[place] for place in np.argsort(-found, kind="stable")[:_BEST]}
    return [name for name in known if name in best.union(wanted)]


def _token_log_likelihoods(network: Network, tokens: Sequence[int], labels: Floats) -> Floats:
    """Nats of every token and the end under each of `labels`, (rows, tokens + 1)."""
    size = max(4, _TOKENS_AT_ONCE // (len(tokens) + 1))
    batches = [labels[start : start + size] for start in range(0, len(labels), size)]
    with ThreadPoolExecutor(available_threads()) as pool:
        found = list(pool.map(lambda batch: _of_batch(network, tokens, batch), batches))
    return np.concatenate(found)


def _of_batch(network: Network, tokens: Sequence[int], labels: Floats) -> Floats:
    known = network.known(np.tile([END, *tokens], (len(labels), 1)), labels)
    time, batch, width = known.shape
    flat, targets, rows = known.reshape(-1, width), np.repeat([*tokens, END], batch), np.tile(np.arange(batch), time)
    found = np.empty(time * batch, np.float32)
    for start in range(0, len(found), _LOGITS_AT_ONCE):
        some = slice(start, start + _LOGITS_AT_ONCE)
        found[some] = token_log_likelihoods(network.read_out(flat[some], labels[rows[some]]), targets[some])
    return found.reshape(time, batch).T


def _own(network: Network, tokens: Sequence[int], labels: Floats) -> tuple[Iterator[Floats], Floats]:
    """As the one row of `labels`: logits before each token and the end, made as they are asked for, and weights.

    The weights of attention are those of all that is read, the start first; none where there is no attention.
    """
    known = network.known(np.array([[END, *tokens]]), labels)[:, 0]

    def logits() -> Iterator[Floats]:
        for start in range(0, len(known), _LOGITS_AT_ONCE):
            rows = known[start : start + _LOGITS_AT_ONCE]
            yield from network.read_out(rows, labels.repeat(len(rows), axis=0))

    weights = network.attention_weights(known[:, : network.features])
    return logits(), np.zeros(0, np.float32) if weights is None else weights[:, 0]


def _parts(vocabulary: Vocabulary, text: str, tokens: Sequence[int]) -> Iterator[_Part]:
    """The tokens of whole characters (grapheme clusters, UAX #29), then the end."""
    places = {0: 0}  # by bytes: code points
    for cluster in regex.findall(r"\X", text):
        byte, point = next(reversed(places.items()))
        places[byte + len(cluster.encode())] = point + len(cluster)
    first, start = 0, 0
    lengths = (len(vocabulary.token_bytes[token]) for token in tokens)
    for place, read in enumerate(accumulate(lengths), 1):
        if (end := places.get(read)) is not None:
            yield _Part(first, place, start, end)
            first, start = place, end
    yield _Part(len(tokens), len(tokens) + 1, len(text), len(text))


def _firsts(
    parts: Sequence[_Part], logits: Iterator[Floats], tokens: Sequence[int]
) -> Iterator[tuple[_Part, Floats, int]]:
    """Each part with its first token, and the logits before that."""
    starting = {part.first: part for part in parts}
    for place, row in enumerate(logits):
        if part := starting.get(place):
            yield part, row, tokens[place] if place < len(tokens) else END


def _alternatives(vocabulary: Vocabulary, logits: Floats, token: int, count: int) -> Iterator[Alternative]:
    if not count:
        return
    probabilities = np.exp(logits - logits.max())
    probabilities /= probabilities.sum()
    likeliest = np.argpartition(-probabilities, min(count, len(logits)) - 1)[:count]
    for each in likeliest[np.argsort(-probabilities[likeliest], kind="stable")].tolist():
        spelling = vocabulary.token_bytes[each]
        text = spelling.decode("utf-8", "replace")
        yield Alternative(text, float(probabilities[each]), each == token, text.encode() == spelling)


def _sums(row: NDArray[np.float64], parts: Sequence[_Part]) -> tuple[float, ...]:
    return tuple(float(row[part.first : part.last].sum()) for part in parts)


def _hands(authors: Sequence[str], nobody: Sequence[float], *hands: tuple[float, ...]) -> tuple[Hand, ...]:
    totals = [sum(hand) for hand in hands]
    odds = [exp(total - max(totals)) for total in totals]
    return tuple(
        Hand(
            author,
            hand,
            tuple((nats - none) / _NATS_PER_BIT for nats, none in zip(hand, nobody, strict=True)),
            odd / sum(odds),
        )
        for author, hand, odd in zip(authors, hands, odds, strict=True)
    )
