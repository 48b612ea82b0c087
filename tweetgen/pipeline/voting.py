"""A booth for blind votes: draws pairs of samples of two models, and counts what people choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from tweetgen.errors import Conflict, InputError, UnknownName
from tweetgen.pipeline.ballots import Ballot, Ballots, Result, result
from tweetgen.pipeline.profiles import Profile
from tweetgen.pipeline.showcase import NOBODY, Showcase, Wanted
from tweetgen.store.votes import Vote, Votes

Choice: TypeAlias = Literal["one", "two", "neither"]
#: pairs drawn before two models are said to write the same
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts to choose between, and the token to vote with."""

    token: str
    author: str
    temperature: float
    texts: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote that was given."""

    #: None: this person had voted on these texts before, and nothing was changed
    number: int | None
    #: names of the models that wrote the texts, in the order shown
    wrote: tuple[str, str]


def common_authors(a: Profile, b: Profile) -> list[str]:
    """Those whom both can write as, in the order of a."""
    known = set(b.card.authors)
    return [author for author in a.card.authors if author in known]


def result_of(a: Profile, b: Profile, votes: Votes) -> Result:
    """What all votes between the two files say, from the side of a."""
    first, second = sorted((a.digest, b.digest))
    return result(votes.tally(first, second), a_is_first=a.digest == first)


class Booth:
    """Draws and counts."""

    def __init__(self, ballots: Ballots, showcase: Showcase) -> None:
        self._ballots, self._showcase = ballots, showcase

    def draw(self, a: Profile, b: Profile, author: str | None, temperature: float, nonce: str) -> Pair:
        """A pair of texts as `author` (None: one by chance, "": nobody); `nonce` is what chance has drawn.

        Raises `InputError` for a broken model, or for two that write the same; `UnknownName` for an author.
        """
        if a.digest == b.digest:
            raise InputError(f"{a.name} and {b.name}", "are one and the same", "choose two models that differ")
        both = common_authors(a, b)
        if author and author not in both:
            raise UnknownName("author of both models", author, both)
        for again in range(_TRIES):
            drawn = f"{nonce}.{again}"
            chosen = author if author is not None else self._ballots.chosen(drawn, both or [NOBODY])
            first, second = sorted((a.digest, b.digest))
            ballot = Ballot(first, second, chosen, temperature, drawn)
            one, two = self._shown(ballot, [a, b])
            if one[1] != two[1]:
                return Pair(self._ballots.sign(ballot), chosen, temperature, (one[1], two[1]))
        raise InputError(f"{a.name} and {b.name}", "write the same", "choose another temperature")

    def pair(self, token: str, profiles: Sequence[Profile]) -> tuple[Profile, Profile]:
        """The models of a ballot, in no telling order. Raises `InputError`, `Conflict` where one is gone."""
        return self._models(self._ballots.read(token), profiles)

    def cast(
        self, token: str, choice: Choice, actor: str, profiles: Sequence[Profile], votes: Votes, now: datetime
    ) -> Cast:
        """Count a choice. Raises `InputError` for a ballot that is not ours, `Conflict` where a model has changed."""
        ballot = self._ballots.read(token)
        models = self._models(ballot, profiles)
        shown = self._shown(ballot, models)
        (first_name, first_text), (second_name, second_text) = shown[::-1] if self._ballots.swapped(ballot) else shown
        won = None if choice == "neither" else (choice == "one") != self._ballots.swapped(ballot)
        vote = Vote(
            actor=actor,
            first=ballot.first,
            first_name=first_name,
            second=ballot.second,
            second_name=second_name,
            author=ballot.author,
            first_text=first_text,
            second_text=second_text,
            first_won=won,
        )
        return Cast(votes.add(vote, now), (shown[0][0], shown[1][0]))

    def _models(self, ballot: Ballot, profiles: Sequence[Profile]) -> tuple[Profile, Profile]:
        by_digest = {profile.digest: profile for profile in reversed(profiles)}
        first, second = by_digest.get(ballot.first), by_digest.get(ballot.second)
        if first is None or second is None:
            raise Conflict("this ballot", "one of the two models was trained again or deleted meanwhile")
        return first, second

    def _shown(self, ballot: Ballot, models: Sequence[Profile]) -> tuple[tuple[str, str], tuple[str, str]]:
        """Name and text of both, in the order shown."""
        wanted = Wanted(ballot.author, ballot.temperature, seed=self._ballots.seed(ballot), count=1)
        by_digest = {model.digest: model for model in models}
        one, two = (by_digest[digest] for digest in (ballot.first, ballot.second))
        if self._ballots.swapped(ballot):
            one, two = two, one
        (text_one,), (text_two,) = self._showcase.samples(one, wanted), self._showcase.samples(two, wanted)
        return (one.name, text_one), (two.name, text_two)
