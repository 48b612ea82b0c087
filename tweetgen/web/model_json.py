"""Models as JSON, and the way from what the parts know of them."""

from typing import Any, Literal

from pydantic import BaseModel, JsonValue

from tweetgen.pipeline.ballots import Result
from tweetgen.pipeline.compare import Comparison, Measured
from tweetgen.pipeline.profiles import Held, Profile
from tweetgen.store.votes import KeptVote


class BitsJson(BaseModel):
    """Bits per character on held-out posts: as their author's, as nobody's, as every other author's (mean)."""

    right: float | None
    none: float | None
    wrong: float | None


class HeldJson(BaseModel):
    """What was measured, and on how many posts; numbers with equal `held_out` were measured on the same ones."""

    posts: int | None
    bits_per_character: BitsJson
    held_out: str | None


class SummaryJson(BaseModel):
    """One weights file; all but `name` and `bytes` is null or empty where `problem` says why it is broken."""

    name: str
    digest: str
    bytes: int
    problem: str | None
    authors: int
    posts: int | None
    network: str
    tokens: str
    parameters: int
    trained: str | None
    parent: str | None
    measured: HeldJson


class SummariesJson(BaseModel):
    """A page of models."""

    items: list[SummaryJson]
    next: str | None


class AuthorJson(BaseModel):
    """One author of a model."""

    author: str
    #: can be written as
    known: bool
    posts: int | None
    measured: HeldJson


class PointJson(BaseModel):
    """One check of a training."""

    seconds: float
    characters: float
    trained: float
    held_out: float


class SettingJson(BaseModel):
    """A setting that differs; null where a file does not tell it."""

    name: str
    a: JsonValue
    b: JsonValue


class MeasuredJson(BaseModel):
    """Two models' numbers side by side; `difference` (b less a) only where both are of the same held-out posts."""

    author: str
    posts_a: int | None
    posts_b: int | None
    a: HeldJson
    b: HeldJson
    same_posts: bool
    difference: float | None


class ComparisonJson(BaseModel):
    """Two models side by side; a is the older one where b was trained on from it."""

    a: str
    b: str
    settings: list[SettingJson]
    total: MeasuredJson
    authors: list[MeasuredJson]
    only_a: list[str]
    only_b: list[str]
    remarks: list[str]


class ModelJson(SummaryJson):
    """One weights file, whole."""

    settings: dict[str, JsonValue]
    by_author: list[AuthorJson]
    curve: list[PointJson]
    attribution: float | None
    novelty: dict[str, float]
    finished: bool | None
    stopped_early: bool | None
    seconds: float | None
    characters: float | None
    #: what is different from its parent
    since_parent: ComparisonJson | None


class SamplesJson(BaseModel):
    """Texts that a model wrote: the i-th is that of seed + i, the same at every request."""

    model: str
    author: str
    temperature: float
    prefix: str
    seed: int
    texts: list[str]


class BallotJson(BaseModel):
    """Two texts, one by each model; which is whose is told once the ballot is cast."""

    ballot: str
    author: str
    temperature: float
    texts: list[str]


class CastJson(BaseModel):
    """A vote that was given; `number` is null where this person had voted on these texts before."""

    number: int | None
    wrote: list[str]


class VoteJson(BaseModel):
    """A vote; `first` and `second` are digests of weights files, in an order that says nothing."""

    number: int
    at: str
    actor: str
    first: str
    first_name: str
    second: str
    second_name: str
    author: str
    first_text: str
    second_text: str
    won: Literal["first", "second", "neither"]


class VotesJson(BaseModel):
    """A page of votes, the newest first."""

    items: list[VoteJson]
    next: str | None


class ResultJson(BaseModel):
    """All votes between a and b: the share of a, and where it truly lies (Wilson, 95 %)."""

    a: str
    b: str
    a_won: int
    b_won: int
    neither: int
    share: float | None
    least: float
    most: float
    words: str


def summary(profile: Profile) -> SummaryJson:
    """A model in short."""
    return SummaryJson(**_summary(profile))


def whole(profile: Profile, since_parent: Comparison | None) -> ModelJson:
    """All that is known of a model."""
    record, known = profile.record, set(profile.card.authors)
    names = sorted({*known, *(record.posts or {}), *record.authors})
    return ModelJson(
        **_summary(profile),
        settings=dict(record.settings),
        by_author=[
            AuthorJson(
                author=name,
                known=name in known,
                posts=(record.posts or {}).get(name),
                measured=held(record.authors.get(name, Held())),
            )
            for name in names
        ],
        curve=[
            PointJson(
                seconds=point.seconds, characters=point.characters, trained=point.trained, held_out=point.held_out
            )
            for point in profile.curve
        ],
        attribution=record.attribution,
        novelty=dict(record.novelty),
        finished=profile.finished,
        stopped_early=profile.stopped_early,
        seconds=profile.seconds,
        characters=profile.characters,
        since_parent=None if since_parent is None else comparison(since_parent),
    )


def comparison(found: Comparison) -> ComparisonJson:
    """Two models side by side."""
    return ComparisonJson(
        a=found.a.name,
        b=found.b.name,
        settings=[SettingJson(name=each.name, a=each.a, b=each.b) for each in found.settings],
        total=_measured(found.total),
        authors=[_measured(each) for each in found.authors],
        only_a=list(found.only_a),
        only_b=list(found.only_b),
        remarks=list(found.remarks),
    )


def held(found: Held) -> HeldJson:
    """What was measured."""
    bits = BitsJson(right=found.bits.right, none=found.bits.none, wrong=found.bits.wrong)
    return HeldJson(posts=found.posts, bits_per_character=bits, held_out=found.digest)


def vote(kept: KeptVote) -> VoteJson:
    """A vote as it was kept."""
    given = kept.vote
    return VoteJson(
        number=kept.number,
        at=kept.at.isoformat(),
        actor=given.actor,
        first=given.first,
        first_name=given.first_name,
        second=given.second,
        second_name=given.second_name,
        author=given.author,
        first_text=given.first_text,
        second_text=given.second_text,
        won="neither" if given.first_won is None else "first" if given.first_won else "second",
    )


def result(a: str, b: str, found: Result) -> ResultJson:
    """What the votes say."""
    least, most = found.interval
    return ResultJson(
        a=a,
        b=b,
        a_won=found.a_won,
        b_won=found.b_won,
        neither=found.neither,
        share=found.share,
        least=least,
        most=most,
        words=found.words(a, b),
    )


def _summary(profile: Profile) -> dict[str, Any]:
    card, record = profile.card, profile.record
    return {
        "name": card.name,
        "digest": profile.digest,
        "bytes": card.bytes,
        "problem": card.problem,
        "authors": len(card.authors),
        "posts": record.count,
        "network": card.network,
        "tokens": f"{card.level} {card.vocabulary}" if card.level else "",
        "parameters": card.parameters,
        "trained": card.trained,
        "parent": card.parent,
        "measured": held(record.total),
    }


def _measured(each: Measured) -> MeasuredJson:
    return MeasuredJson(
        author=each.author,
        posts_a=each.posts_a,
        posts_b=each.posts_b,
        a=held(each.a),
        b=held(each.b),
        same_posts=each.same_posts,
        difference=each.difference,
    )
