"""Ballots are ours alone and tell nothing, and votes are told in words that the numbers bear out."""

import base64
import json
from dataclasses import replace

import pytest

from tweetgen.errors import InputError
from tweetgen.pipeline.ballots import Ballot, Ballots, Result, result, wilson
from tweetgen.store.votes import Tally

BALLOT = Ballot("aa", "bb", "ada", 0.8, "nonce")
BALLOTS = [replace(BALLOT, nonce=str(number)) for number in range(64)]


def test_a_ballot_comes_back_and_any_other_is_refused() -> None:
    ballots = Ballots("secret")
    token = ballots.sign(BALLOT)
    assert ballots.read(token) == BALLOT
    body, _, seal = token.partition(".")
    other = base64.urlsafe_b64encode(json.dumps(["bb", "aa", "ada", 0.8, "nonce"]).encode()).decode()
    for bent in ("", ".", token[:-1], f"{body}x.{seal}", f"{other}.{seal}", f"{body}.é", Ballots("else").sign(BALLOT)):
        with pytest.raises(InputError, match="not made here"):
            ballots.read(bent)


def test_order_and_seed_hang_on_the_secret_alone() -> None:
    one, other = Ballots("secret"), Ballots("else")
    assert {one.swapped(each) for each in BALLOTS} == {True, False}
    assert [one.swapped(each) for each in BALLOTS] == [Ballots("secret").swapped(each) for each in BALLOTS]
    assert [one.swapped(each) for each in BALLOTS] != [other.swapped(each) for each in BALLOTS]
    assert one.seed(BALLOT) != other.seed(BALLOT)
    assert len({one.seed(each) for each in BALLOTS}) == len(BALLOTS)


def test_intervals_are_those_of_wilson() -> None:
    # as R tells them: binom::binom.confint(x, n, methods = "wilson")
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-6)
    assert wilson(50, 100) == pytest.approx((0.4038315, 0.5961685), abs=1e-6)
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("won", "words"),
    [
        ((0, 0, 5), "No votes yet."),
        ((3, 1, 0), "Too few votes to tell"),
        ((8, 2, 0), "Too few votes to tell"),
        ((30, 10, 0), "old is liked better: 60% to 86%"),
        ((10, 30, 0), "new is liked better: 60% to 86%"),
        ((50, 50, 9), "Neither is clearly liked better"),
    ],
)
def test_a_result_says_no_more_than_the_votes_do(won: tuple[int, int, int], words: str) -> None:
    assert words in Result(*won).words("old", "new")


def test_a_tally_is_told_from_either_side() -> None:
    tally = Tally(first_won=3, second_won=1, neither=2)
    assert result(tally, a_is_first=True) == Result(3, 1, 2)
    assert result(tally, a_is_first=False) == Result(1, 3, 2)
