"""Charts of models: how held-out bits fell, and where an author's numbers lie beside the others'."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tweetgen.pipeline.profiles import Held, Profile
from tweetgen.web.charts import Chart, Line, bare, line_chart

#: from so many seconds on, time is told in minutes
_MINUTES = 240
#: bits per character; less of a change looks small beside other models' curves
_WORTH_SEEING = 0.3
#: authors on a page; a program gets them all
MOST_AUTHORS = 100


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """One author in a table, with places on a common scale, in percent; None where nothing was measured."""

    author: str
    #: can be written as
    known: bool
    posts: int | None
    held: Held
    right: float | None
    none: float | None
    wrong: float | None


def learning(profile: Profile) -> Chart | None:
    """How bits per character fell in training and on held-out posts."""
    if not profile.curve:
        return None
    lines = [("on held-out posts", [(point.seconds, point.held_out) for point in profile.curve])]
    lines.append(("in training", [(point.seconds, point.trained) for point in profile.curve]))
    first, last = profile.curve[0], profile.curve[-1]
    best = min(point.held_out for point in profile.curve)
    told = (
        f"Over {len(profile.curve)} checks in {_spoken(last.seconds)}, bits per character on held-out posts went "
        f"from {first.held_out:.3f} to {last.held_out:.3f}; the best was {best:.3f}. Fewer is better."
    )
    return _over_time("Training curve", told, lines)


def bare_curve(profile: Profile) -> str:
    """How held-out bits fell, as a line without numbers."""
    return bare([(point.seconds, point.held_out) for point in profile.curve], _WORTH_SEEING)


def held_out(a: Profile, b: Profile) -> Chart | None:
    """The held-out curves of two models in one chart."""
    lines = [(each.name, [(point.seconds, point.held_out) for point in each.curve]) for each in (a, b) if each.curve]
    told = "; ".join(f"{name}: {points[0][1]:.3f} at first, {points[-1][1]:.3f} at last" for name, points in lines)
    return _over_time("Held-out bits per character while learning", f"{told}. Fewer is better.", lines)


def _over_time(title: str, told: str, lines: Sequence[tuple[str, Sequence[tuple[float, float]]]]) -> Chart | None:
    longest = max((x for _, points in lines for x, _ in points), default=0.0)
    unit, by = ("minutes", 60) if longest >= _MINUTES else ("seconds", 1)
    drawn = [Line(name, [(x / by, y) for x, y in points]) for name, points in lines]
    in_unit: Callable[[float], str] = "{:.1f}".format if by > 1 else "{:.0f}".format
    return line_chart(title, told, drawn, unit, "bits per character", in_unit, "{:.3f}".format)


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= _MINUTES else f"{seconds:.0f} seconds"


def author_rows(profile: Profile) -> list[AuthorRow]:
    """As the weights file tells; the authors with most posts first, at most `MOST_AUTHORS` of them."""
    return placed(profile, profile.record.authors)


def placed(profile: Profile, measured: Mapping[str, Held]) -> list[AuthorRow]:
    """As `author_rows`, by what was measured of some authors, whether the model knows them or not."""
    known, posts = set(profile.card.authors), profile.record.posts or {}
    names = sorted({*known, *posts, *measured}, key=lambda name: (-posts.get(name, 0), name))[:MOST_AUTHORS]
    place = _scale(number for name in names for number in _numbers(measured.get(name, Held())))
    rows = []
    for name in names:
        held = measured.get(name, Held())
        bits = held.bits
        rows.append(
            AuthorRow(
                name, name in known, posts.get(name), held, place(bits.right), place(bits.none), place(bits.wrong)
            )
        )
    return rows


def _numbers(held: Held) -> list[float]:
    return [each for each in (held.bits.right, held.bits.none, held.bits.wrong) if each is not None]


def _scale(numbers: Iterable[float]) -> Callable[[float | None], float | None]:
    """Places numbers between 4 % and 96 %."""
    there = list(numbers)
    least, most = (min(there), max(there)) if there else (0.0, 0.0)
    span = (most - least) or 1.0
    return lambda number: None if number is None else 4 + 92 * (number - least) / span
