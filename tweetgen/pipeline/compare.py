"""Two models beside each other: settings that differ, authors, and bits per character wherever they compare."""

from collections.abc import Sequence
from dataclasses import dataclass

from tweetgen.domain import Json
from tweetgen.pipeline.evaluate import Bits
from tweetgen.pipeline.profiles import Held, Profile, Record


@dataclass(frozen=True)
class Setting:
    """One that differs; None where a file does not tell it."""

    name: str
    a: Json
    b: Json


@dataclass(frozen=True)
class Measured:
    """One author's numbers in both models, or those of all authors together."""

    #: "" for all together
    author: str
    #: posts learnt from; None: not told
    posts_a: int | None
    posts_b: int | None
    a: Held
    b: Held

    @property
    def same_posts(self) -> bool:
        """Whether both were surely measured on the same held-out posts."""
        return self.a.digest is not None and self.a.digest == self.b.digest

    @property
    def difference(self) -> float | None:
        """Bits per character of b less those of a, below zero where b does better; None where they do not compare."""
        right_a, right_b = _best(self.a.bits), _best(self.b.bits)
        if not self.same_posts or right_a is None or right_b is None:
            return None
        # a number with the right label says nothing beside one without
        return right_b - right_a if (self.a.bits.right is None) == (self.b.bits.right is None) else None


@dataclass(frozen=True)
class Comparison:
    """What `compare` found; a is the older or the left one."""

    a: Record
    b: Record
    settings: Sequence[Setting]
    total: Measured
    #: by name; authors that either has learnt from or was measured on
    authors: Sequence[Measured]
    #: authors that only the one has learnt from, sorted; empty where either does not tell
    only_a: Sequence[str]
    only_b: Sequence[str]
    #: sentences on what does not compare and why
    remarks: Sequence[str]


def compare(a: Record, b: Record) -> Comparison:
    """Set two models against each other."""
    names = sorted({*(a.posts or {}), *(b.posts or {}), *a.authors, *b.authors})
    authors = [_measured(name, a, b) for name in names]
    total = Measured("", a.count, b.count, a.total, b.total)
    told = a.posts is not None and b.posts is not None
    learnt_a, learnt_b = set(a.posts or ()), set(b.posts or ())
    return Comparison(
        a=a,
        b=b,
        settings=_settings(a, b),
        total=total,
        authors=authors,
        only_a=sorted(learnt_a - learnt_b) if told else (),
        only_b=sorted(learnt_b - learnt_a) if told else (),
        remarks=_remarks(a, b, total, authors),
    )


def parent_of(profile: Profile, profiles: Sequence[Profile]) -> Record | None:
    """The weights a model was trained on from: out of their file if it is still as it was, else as kept."""
    kept = profile.parent
    if kept is None:
        return None
    for other in profiles:
        same = other.digest == kept.digest if kept.digest else other.name == kept.name != profile.name
        if same and other.problem is None:
            return other.record
    return kept


def _measured(author: str, a: Record, b: Record) -> Measured:
    posts_a, posts_b = ((each.posts or {}).get(author) for each in (a, b))
    return Measured(author, posts_a, posts_b, a.authors.get(author, Held()), b.authors.get(author, Held()))


def _settings(a: Record, b: Record) -> list[Setting]:
    if not a.settings or not b.settings:
        return []
    names = dict.fromkeys([*a.settings, *b.settings])
    both = [Setting(name, a.settings.get(name), b.settings.get(name)) for name in names]
    return [each for each in both if each.a != each.b]


def _remarks(a: Record, b: Record, total: Measured, authors: Sequence[Measured]) -> list[str]:
    remarks = []
    both = [each for each in authors if each.a.posts and each.b.posts]
    if not total.a.posts or not total.b.posts:
        return ["Nothing was measured for one of the two, so there is no difference to tell."]
    if not total.same_posts:
        unknown = total.a.digest is None or total.b.digest is None
        why = "at least one file does not say on which posts that was" if unknown else "the held-out posts differ"
        some = any(each.same_posts for each in both)
        but = " Some of the authors were measured on the same posts and do compare." if some else ""
        remarks.append(f"The totals do not compare: {why}.{but}")
    if _tokens(a) != _tokens(b):
        remarks.append(
            "They read other tokens; bits are per character, so they compare all the same where the posts are the same."
        )
    return remarks


def _tokens(record: Record) -> list[Json]:
    return [value for name, value in record.settings.items() if name.startswith("tokens.")]


def _best(bits: Bits) -> float | None:
    return bits.none if bits.right is None else bits.right
