"""A trained model as its users see it: it writes, and it says how likely a text is."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

from tweetgen.domain import Candidate, Json
from tweetgen.errors import InputError
from tweetgen.model import library, weights
from tweetgen.model.continuations import Continuation, continuations
from tweetgen.model.explain import Explanation, explain
from tweetgen.model.manner import labelled, shares, writing_with
from tweetgen.model.network import Network, Voice
from tweetgen.model.prefix import Prefix, heal
from tweetgen.model.request import Request, Written
from tweetgen.model.sampler import Sampler
from tweetgen.model.scoring import log_likelihoods
from tweetgen.model.vocabulary import Vocabulary
from tweetgen.model.weights import Weights
from tweetgen.settings import Writing

#: an author, authors with their shares, or None for nobody
Author: TypeAlias = str | Mapping[str, float] | None
#: a text's place, what has come to it, and with its last piece all of it
HeardCandidate: TypeAlias = Callable[[int, str, Candidate | None], None]
#: the label that a voice is chosen by
AUTHOR = "author"


@dataclass(frozen=True)
class Order:
    """One candidate to be written; a batch may mix authors, ways of writing, prefixes and seeds."""

    seed: int
    author: Author = None
    prefix: str = ""
    writing: Writing = field(default_factory=Writing)


class Model:
    """One weights file, ready for use. `Model.load()` is the way in."""

    def __init__(self, weights: Weights, name: str) -> None:
        self.name = name
        self.labels: Mapping[str, tuple[str, ...]] = weights.labels
        self.vocabulary: Vocabulary = weights.vocabulary
        self.origin: Mapping[str, Json] = weights.origin
        self.report: Mapping[str, Json] = weights.report
        self.network = Network(weights.arrays, weights.architecture, weights.labels)

    @classmethod
    def load(cls, path: str | Path | None = None) -> "Model":
        """Read a weights file: a path, a name in ./weights or of a shipped one, or None for the shipped base.

        Raises `WeightsError` for a file that is none of ours, `UnknownName` for a name there is not.
        """
        shipped = _shipped_folder()
        folders = [shipped] if path is None else [Path("weights"), shipped]
        found = library.find(path, folders)
        return cls(weights.load(found), found.stem)

    @property
    def authors(self) -> tuple[str, ...]:
        """Those it can write as."""
        return self.labels.get(AUTHOR, ())

    def generate(
        self, n: int = 1, author: Author = None, prefix: str = "", seed: int | None = None, **writing: Any
    ) -> list[str]:
        """Write n texts; `writing` takes the names of `settings.Writing`: temperature=0.8, top_p=0.95, …

        The same seed gives the same texts again: the i-th is that of seed + i, alone or among any others.
        """
        orders = self._orders(n, author, prefix, seed, writing_with(Writing(), writing))
        return [written.text for written in self._sampler.write([self._request(each) for each in orders])]

    def candidates(
        self, n: int = 1, author: Author = None, prefix: str = "", seed: int | None = None, **writing: Any
    ) -> list[Candidate]:
        """As `generate`, with all that is needed to write each text again."""
        return self.write(self._orders(n, author, prefix, seed, writing_with(Writing(), writing)))

    def write(
        self, orders: Sequence[Order], threads: int | None = None, heard: HeardCandidate | None = None
    ) -> list[Candidate]:
        """One candidate for each order, all in one batch; `heard` is told each as it grows, see `hearing.Heard`.

        Raises `UnknownName` for an author it does not know, `InputError` for what cannot be written.
        """
        requests = [self._request(order) for order in orders]

        def tell(place: int, piece: str, done: Written | None) -> None:
            if heard is not None:
                heard(place, piece, None if done is None else self._candidate(requests[place], done))

        written = self._sampler.write(requests, threads, score=True, heard=tell if heard else None)
        return [self._candidate(*each) for each in zip(requests, written, strict=True)]

    def log_likelihood(self, text: str, author: Author = None) -> float:
        """How likely the post is as written by the author, in nats (natural log), its end included."""
        return self.log_likelihoods([text], [author])[0]

    def log_likelihoods(self, texts: Sequence[str], authors: "Author | Sequence[Author]" = None) -> list[float]:
        """`log_likelihood` of many texts, by one author or by one for each of them."""
        if authors is None or isinstance(authors, str | Mapping):
            labels = self.network.label_vectors([self._voice(authors)]).repeat(len(texts), axis=0)
        else:
            labels = self.network.label_vectors([self._voice(each) for each in authors])
        tokens = self.vocabulary.encode_batch(_clean(texts))
        return [float(each) for each in log_likelihoods(self.network, tokens, labels)]

    def continuations(self, text: str, author: Author = None, n: int = 9) -> list[Continuation]:
        """The n likeliest ways on from `text`, each up to the end of a word, the likeliest first."""
        labels = self.network.label_vectors([self._voice(author)])
        return continuations(self.network, self.vocabulary, self._sampler.utf8, _clean([text])[0], labels, n)

    def _candidate(self, request: Request, written: Written) -> Candidate:
        return Candidate(
            text=written.text,
            voice=dict(request.heard.get(AUTHOR, {})),
            model=self.name,
            seed=request.seed,
            temperature=request.writing.temperature,
            complete=written.complete,
            log_likelihood=written.log_likelihood,
        )

    def explain(
        self, text: str, author: Author = None, authors: Sequence[str] = (), alternatives: int = 10
    ) -> Explanation:
        """What it thought at each token of the post as written by `author`, and who else may have written it.

        Models of many authors compare those of the voice, `authors` and the likeliest.
        """
        voice = shares(author, self.authors)
        return explain(self.network, self.vocabulary, _clean([text])[0], voice, authors, alternatives)

    @cached_property
    def _sampler(self) -> Sampler:
        return Sampler(self.network, self.vocabulary)

    def _orders(self, n: int, author: Author, prefix: str, seed: int | None, writing: Writing) -> list[Order]:
        first = secrets.randbits(32) if seed is None else seed
        return [Order(first + place, author, prefix, writing) for place in range(n)]

    def _request(self, order: Order) -> Request:
        if not 0 <= order.seed < 1 << 64:
            raise InputError("seed", f"{order.seed} does not fit", "give a whole number from 0 to 2^64 - 1")
        if len(order.prefix) > order.writing.max_length:
            why = f"{len(order.prefix)} characters are more than max_length {order.writing.max_length}"
            raise InputError("prefix", why, "shorten it, or allow longer texts")
        voice = {**self._voice(order.author), **labelled(order.writing.labels, self.labels)}
        return Request(order.seed, order.writing, voice, self._prefix(order.prefix))

    def _prefix(self, text: str) -> Prefix:
        return heal(self.vocabulary, _clean([text])[0])

    def _voice(self, author: Author) -> Voice:
        return {AUTHOR: found} if (found := shares(author, self.authors)) else {}


def _clean(texts: Sequence[str]) -> list[str]:
    """Lone surrogates, which no UTF-8 can hold, replaced by U+FFFD."""
    return [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]


def _shipped_folder() -> Path:
    spec = find_spec("tweetgen_weights")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else Path("weights")
