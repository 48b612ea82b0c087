"""Blind votes between two models: ballots that do not tell whose text is whose, and what the votes amount to."""

import base64
import hmac
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256
from math import sqrt

from tweetgen.errors import InputError
from tweetgen.store.votes import Tally

#: standard deviations on either side that hold 95 of 100 outcomes
_Z = 1.959964
#: a range this narrow around one half means: alike
_NARROW = 0.2


@dataclass(frozen=True, slots=True)
class Ballot:
    """One pair of texts to choose between, yet to be written."""

    #: digests of the two weights files, the smaller first, whichever text comes first
    first: str
    second: str
    #: as whom both are written; "" is nobody
    author: str
    temperature: float
    #: what chance has drawn for this ballot
    nonce: str


class Ballots:
    """Signs and reads them. What is signed may be read by anybody; order and seed come from the secret alone."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    def sign(self, ballot: Ballot) -> str:
        """A token that only we can make."""
        body = base64.urlsafe_b64encode(json.dumps(astuple(ballot)).encode()).decode().rstrip("=")
        return f"{body}.{self._made('token', body).hex()}"

    def read(self, token: str) -> Ballot:
        """The way back. Raises `InputError` for one that we did not make."""
        body, _, seal = token.partition(".")
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), self._made("token", body).hex().encode()):
            raise InputError("this ballot", "was not made here", "ask for another")
        return Ballot(*json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))

    def swapped(self, ballot: Ballot) -> bool:
        """Whether the second model's text is shown first."""
        return bool(self._made("order", ballot.nonce)[0] & 1)

    def seed(self, ballot: Ballot) -> int:
        """Of both texts: unknown to the reader, who could have a known one written again by either model."""
        return int.from_bytes(self._made("seed", ballot.nonce)[:6])

    def chosen(self, nonce: str, among: Sequence[str]) -> str:
        """One of them, by the same chance."""
        return among[int.from_bytes(self._made("author", nonce)[:6]) % len(among)]

    def _made(self, purpose: str, text: str) -> bytes:
        told = f"tweetgen.ballot.{purpose}:{text}".encode("utf-8", "replace")
        return hmac.new(self._key, told, sha256).digest()


@dataclass(frozen=True, slots=True)
class Result:
    """What all votes between a and b say."""

    a_won: int
    b_won: int
    neither: int

    @property
    def decided(self) -> int:
        """Votes for one of the two."""
        return self.a_won + self.b_won

    @property
    def share(self) -> float | None:
        """Of the decided votes, those for a; None without any."""
        return self.a_won / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where that share truly lies, 95 % sure (Wilson 1927)."""
        return wilson(self.a_won, self.decided)

    def words(self, a: str, b: str) -> str:
        """In a sentence, naming the two."""
        if self.decided == 0:
            return "No votes yet."
        least, most = self.interval
        if least > 0.5:
            return f"{a} is liked better: {_range(least, most)} of all choices would go to it."
        if most < 0.5:
            return f"{b} is liked better: {_range(1 - most, 1 - least)} of all choices would go to it."
        if most - least <= _NARROW:
            return f"Neither is clearly liked better: {_range(least, most)} of all choices would go to {a}."
        return f"Too few votes to tell: anything from {_range(least, most)} of all choices might go to {a}."


def result(tally: Tally, *, a_is_first: bool) -> Result:
    """The tally of a pair, told from the side of a."""
    won = (tally.first_won, tally.second_won)
    a_won, b_won = won if a_is_first else won[::-1]
    return Result(a_won, b_won, tally.neither)


def wilson(won: int, count: int) -> tuple[float, float]:
    """The interval of a share, 95 % sure; all there is where nothing was counted."""
    if not count:
        return 0.0, 1.0
    share, square = won / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def _range(least: float, most: float) -> str:
    return f"{least:.0%} to {most:.0%}"
