"""Weights → candidates: everything that is wanted, in one batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tweetgen.domain import Candidate
from tweetgen.settings import Writing

if TYPE_CHECKING:
    from tweetgen.model.model import Model


@dataclass(frozen=True)
class Wish:
    """Some candidates of one kind."""

    #: authors and their shares; empty = nobody
    voice: Mapping[str, float]
    #: how many
    count: int
    #: the first one's; the i-th has seed + i
    seed: int
    prefix: str = ""
    writing: Writing = field(default_factory=Writing)


def generate(model: "Model", wishes: Sequence[Wish]) -> list[list[Candidate]]:
    """The candidates of each wish, all written in one batch; each is the same as if it were written alone.

    Raises `UnknownName` for an author the model does not know, `InputError` for what cannot be written.
    """
    from tweetgen.model.model import Order

    orders = [
        Order(wish.seed + place, wish.voice, wish.prefix, wish.writing)
        for wish in wishes
        for place in range(wish.count)
    ]
    written = iter(model.write(orders))
    return [[next(written) for _ in range(wish.count)] for wish in wishes]
