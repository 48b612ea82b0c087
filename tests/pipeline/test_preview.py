"""What destinations would make of a text, and why a text was chosen, for whoever decides."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tweetgen.domain import Candidate, Outgoing, Pending, Receipt, ReviewState
from tweetgen.errors import ConfigError, InputError
from tweetgen.interfaces import Measure
from tweetgen.pipeline.preview import Outlet, previews, refuse_unsendable
from tweetgen.pipeline.why import remarks, why
from tweetgen.plugins import ConfiguredDestination
from tweetgen.settings import Limits

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Plain:
    keyed = True
    settle = timedelta(0)

    def publish(self, outgoing: Outgoing) -> Receipt:
        raise AssertionError("a preview publishes nothing")

    def find(self, outgoing: Outgoing) -> Receipt | None:
        raise AssertionError("a preview asks nobody")


class Strict(Plain):
    """Takes ten characters, in parts of ten."""

    def measure(self, text: str) -> Measure:
        return Measure(len(text), 10, "signs", "takes no fog" if "fog" in text else "")

    def remarks(self, text: str) -> Iterator[str]:
        yield "costs a cent"


class Split(Strict):
    def split(self, text: str) -> Sequence[str]:
        return [text[at : at + 10] for at in range(0, len(text), 10)]


class Broken(Plain):
    def remarks(self, text: str) -> Iterator[str]:
        raise ValueError("its dog\nate it")


def outlet(destination: Any) -> Outlet:
    made = ConfiguredDestination("here", destination, Limits(), "hold", timedelta(0))
    return Outlet("here", "there", lambda: made)


def test_a_destination_without_a_measure_takes_every_text() -> None:
    (found,) = previews("fog" * 1000, [outlet(Plain())])
    assert (found.destination, found.plugin, found.parts) == ("here", "there", ("fog" * 1000,))
    assert (found.length, found.limit, found.unit, found.fits, found.warnings) == (3000, None, "characters", True, ())


@pytest.mark.parametrize(("text", "fits"), [("x" * 10, True), ("x" * 11, False), ("fog", False)])
def test_a_text_is_measured_as_its_destination_does(text: str, fits: bool) -> None:
    found = outlet(Strict()).preview(text)
    assert (found.length, found.limit, found.unit, found.fits) == (len(text), 10, "signs", fits)
    assert found.warnings == (("takes no fog",) if text == "fog" else ()) + ("costs a cent",)


def test_a_thread_fits_where_each_part_does() -> None:
    found = outlet(Split()).preview("x" * 25)
    assert (found.parts, found.length, found.fits) == (("x" * 10, "x" * 10, "x" * 5), 25, True)


def test_what_cannot_be_made_or_fails_is_a_warning() -> None:
    def make() -> ConfiguredDestination:
        raise ConfigError(["no login"])

    found = [Outlet("x", "x", make).preview("fog"), outlet(Broken()).preview("fog")]
    assert [one.warnings[0].partition("unknown: ")[2] for one in found] == ["no login", "its dog ate it"]
    assert all(one.fits and one.parts == ("fog",) for one in found)


def test_a_text_that_fits_nowhere_is_refused() -> None:
    strict, plain = outlet(Strict()), outlet(Plain())
    refuse_unsendable("it", list(previews("x" * 11, [strict, plain])))
    refuse_unsendable("it", [])
    with pytest.raises(InputError, match=r"fits no destination \(11 signs, and here takes 10\)"):
        refuse_unsendable("it", list(previews("x" * 11, [strict])))
    with pytest.raises(InputError, match=r"fits no destination \(takes no fog\)"):
        refuse_unsendable("it", list(previews("fog", [strict])))


# ── why ──


def of(at_random: bool = False, **scores: float) -> Pending:
    written = Candidate("fog", {"ada": 0.3, "bob": 0.7}, "base", 7, (0.8,), True, -12.5)
    return Pending(1, "keeper", 1, ReviewState.PENDING, "fog", written, scores, 0.71, (), None, at_random, NOON, None)


def test_strengths_come_first_then_the_worst_weakness() -> None:
    told = why(of(author=0.9, fluency=0.7, novelty=0.95, variety=0.2))
    assert told == (
        "It owes little to any real post and sounds much like bob and ada, though it is much like something else "
        "written lately; the account's weights scored 0.71."
    )


@pytest.mark.parametrize(
    ("pending", "learnt", "told"),
    [
        (of(at_random=True, author=0.9), False, "Drawn at random, whatever its score"),
        (of(author=0.9), True, "what was learnt from earlier decisions scored 0.71."),
        (
            of(author=0.1, novelty=0.3),
            False,
            "The best of its batch, though it sounds little like bob and ada",
        ),
        (of(author=0.5), False, "Good enough in everything"),
        (of(), False, "Sent to review with a score of 0.71."),
        (of(somebodys_own=0.9), False, "Sent to review with a score of 0.71."),
    ],
)
def test_it_is_one_sentence_whatever_the_scores(pending: Pending, learnt: bool, told: str) -> None:
    found = why(pending, learnt)
    assert told in found
    assert found.endswith(".")
    assert "\n" not in found


def test_what_else_is_worth_knowing_is_remarked() -> None:
    written = replace(of().candidate, complete=False)
    assert remarks(of()) == []
    assert remarks(replace(of(), text="mist", skips=2, candidate=written)) == [
        "changed since the network wrote it",
        "cut off at the longest length allowed",
        "left for later 2 times",
    ]
