"""Votes are kept once for each person and pair of texts, and counted by weights files."""

from dataclasses import replace
from datetime import UTC, datetime

from tweetgen.store import Store
from tweetgen.store.votes import Tally, Vote

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VOTE = Vote("ada", "aa", "old", "bb", "new", "keeper", "fog", "rain", True)


def test_a_vote_comes_back_as_it_was_given(store: Store) -> None:
    number = store.votes.add(VOTE, NOON)
    assert number is not None
    kept = store.votes.get(number)
    assert kept is not None
    assert (kept.number, kept.at, kept.vote) == (number, NOON, VOTE)
    assert store.votes.get(number + 1) is None
    assert store.votes.get(number - 1) is None


def test_a_person_votes_once_on_two_texts_and_others_may_too(store: Store) -> None:
    assert store.votes.add(VOTE, NOON)
    assert store.votes.add(replace(VOTE, first_won=False), NOON) is None
    assert store.votes.add(replace(VOTE, actor="bob"), NOON)
    assert store.votes.add(replace(VOTE, second_text="hail"), NOON)
    assert store.votes.tally("aa", "bb") == Tally(3, 0, 0)


def test_votes_are_counted_by_pair(store: Store) -> None:
    for place, won in enumerate([True, True, False, None]):
        store.votes.add(replace(VOTE, first_text=f"fog {place}", first_won=won), NOON)
    store.votes.add(replace(VOTE, second="cc"), NOON)
    assert store.votes.tally("aa", "bb") == Tally(2, 1, 1)
    assert store.votes.tally("aa", "dd") == Tally()


def test_the_newest_come_first_page_by_page(store: Store) -> None:
    numbers = [store.votes.add(replace(VOTE, first_text=str(place)), NOON) for place in range(3)]
    other = store.votes.add(replace(VOTE, second="cc"), NOON)
    assert [kept.number for kept in store.votes.last(2)] == [other, numbers[2]]
    assert [kept.number for kept in store.votes.last(10, before=numbers[2])] == [numbers[1], numbers[0]]
    assert [kept.number for kept in store.votes.last(10, pair=("bb", "aa"))] == numbers[::-1]


def test_a_number_that_none_has_is_none(store: Store) -> None:
    for number in (-1, 0, 1, 2**63 - 1, 2**70):
        assert store.votes.get(number) is None
