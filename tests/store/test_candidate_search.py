"""Candidates looked for in the order of review, on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, event

from tweetgen.domain import Action, Candidate, Decision, Outcome, Pending, ReviewState, Verdict
from tweetgen.errors import Conflict, InputError
from tweetgen.store import NewCandidate, Store
from tweetgen.store.candidate_search import Place, Wanted

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def new(text: str, score: float = 1.0, account: str = "keeper", *verdicts: Verdict) -> NewCandidate:
    candidate = Candidate(text, {"ada": 1.0}, "base", 7, (0.8,), True, -12.5)
    return NewCandidate(account, candidate, text, {"novelty": score}, score, verdicts)


def texts(store: Store, **wanted: Any) -> list[str]:
    return [found.text for found in store.candidates.search(Wanted(**wanted))]


def act(store: Store, of: Pending, action: Action = Action.REJECT, **more: Any) -> Pending:
    return store.candidates.apply(Decision(of.number, of.version, action, "ann", "web", **more), NOON)


def test_filters_narrow_it_down_together(store: Store) -> None:
    store.candidates.add([new("a", 0.2), new("b", 0.5), new("c", 0.9, "other")], NOON)
    store.candidates.add([new("d", 0.7)], NOON + HOUR)
    assert texts(store) == ["c", "d", "b", "a"]
    assert texts(store, account="keeper") == ["d", "b", "a"]
    assert texts(store, least_score=0.5) == ["c", "d", "b"]
    assert texts(store, most_score=0.5) == ["b", "a"]
    assert texts(store, account="keeper", least_score=0.3, most_score=0.6) == ["b"]
    assert texts(store, since=NOON + HOUR) == ["d"]
    assert texts(store, account="nobody") == []


def test_states_are_kept_apart(store: Store) -> None:
    added = store.candidates.add([new("a"), new("b")], NOON)
    act(store, added[0])
    assert texts(store) == ["b"]
    assert texts(store, state=ReviewState.REJECTED) == ["a"]


@pytest.mark.parametrize("words", ["FOG", "fog at", "100%", "Über", "über", "ÜBER", "雨", "_"])
def test_words_are_found_in_whatever_case_and_stand_for_themselves(store: Store, words: str) -> None:
    store.candidates.add([new("Fog at 100% Über_dem Meer 雨"), new("gulls, 100 of them")], NOON)
    assert texts(store, text=words) == ["Fog at 100% Über_dem Meer 雨"]


def test_what_no_database_holds_finds_nothing_and_hurts_nobody(store: Store) -> None:
    store.candidates.add([new("a")], NOON)
    assert texts(store, text="\0b", account="\0\ud800", verdict="x\0\ud800") == []


def test_verdicts_are_found_by_outcome_and_by_filter(store: Store) -> None:
    kept, cut = Verdict("length", Outcome.KEEP, '"rewrite"'), Verdict("links", Outcome.REWRITE, "one cut", "b")
    store.candidates.add([new("a", 1.0, "keeper", kept), new("b", 0.5, "keeper", kept, cut), new("c", 0.1)], NOON)
    assert texts(store, verdict="rewrite") == ["b"]
    assert texts(store, verdict="keep") == ["a", "b"]
    assert texts(store, verdict="drop") == []
    assert texts(store, verdict="links") == ["b"]
    assert texts(store, verdict="length") == []


def test_pages_follow_each_other_while_others_decide(store: Store) -> None:
    added = store.candidates.add([new(str(n), n % 3 / 3) for n in range(20)], NOON)
    for one in added[::4]:
        act(store, one, Action.SKIP)
    whole = texts(store)
    found: list[str] = []
    after = None
    while page := store.candidates.search(Wanted(), 3, after):
        found += [one.text for one in page]
        after = Place.read(str(Place.of(page[-1])))
        act(store, page[-1])
    assert found == whole


@pytest.mark.parametrize("bad", ["", "x", "1_2", "1_nan_3", "1_inf_3", "-1_0.5_3", f"0_0.5_{2**63}", "1_2_3_4"])
def test_a_place_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(InputError, match="is no place where a page"):
        Place.read(bad)


@pytest.mark.parametrize("account", ["keeper", None])
def test_the_next_page_is_read_from_an_index(sqlite: str, account: str | None) -> None:
    with Store.open(sqlite) as store:
        added = store.candidates.add([new(str(n), n / 10) for n in range(10)], NOON)
        asked: list[tuple[str, Any]] = []
        event.listen(store.candidates._engine, "before_cursor_execute", lambda *about: asked.append(about[2:4]))
        store.candidates.search(Wanted(account, least_score=0.2), 3, Place.of(added[5]))
    engine = create_engine(sqlite)
    asked = [one for one in asked if one[0].startswith("SELECT")]
    with engine.connect() as connection:
        for query, values in asked:
            plan = str(list(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)))
            assert "USING INDEX candidates_" in plan
            assert "TEMP B-TREE" not in plan
    engine.dispose()
    assert asked


def test_decisions_taken_together_are_all_done_but_those_refused(store: Store) -> None:
    added = store.candidates.add([new(str(n)) for n in range(3)], NOON)
    wanted = [Decision(one.number, 1, Action.APPROVE, "ann", "web") for one in added]
    wanted.insert(1, Decision(added[0].number, 1, Action.REJECT, "bob", "web"))
    wanted.append(Decision(99, 1, Action.APPROVE, "ann", "web"))
    done = store.candidates.apply_all(wanted, NOON)
    assert [type(one) for one in done] == [Pending, Conflict, Pending, Pending, done[4].__class__]
    assert isinstance(done[1], Conflict)
    assert done[1].facts == {"actor": "ann", "action": "approve", "at": NOON.isoformat(), "version": 2}
    assert isinstance(done[4], InputError)
    assert texts(store, state=ReviewState.APPROVED) == ["0", "1", "2"]
    assert store.candidates.verify_log().broken is None


def test_what_somebody_did_comes_with_the_candidates_as_they_are(store: Store) -> None:
    added = store.candidates.add([new("a"), new("b")], NOON)
    for one in added:
        act(store, one)
    act(store, store.candidates.get(added[0].number), Action.UNDO)
    found = store.candidates.decided_by("ann", "web", 2)
    assert [(entry.action, now.text, now.state) for entry, now in found] == [
        ("undo", "a", ReviewState.PENDING),
        ("reject", "b", ReviewState.REJECTED),
    ]
    assert store.candidates.decided_by("ann", "inbox") == store.candidates.decided_by("bob", "web") == []


def test_news_are_the_rows_since_the_last_look(store: Store) -> None:
    assert (store.candidates.newest_decision(), store.candidates.pending_counts()) == (0, {})
    added = store.candidates.add([new("a"), new("b", account="other")], NOON)
    assert (store.candidates.newest_decision(), store.candidates.pending_counts()) == (2, {"keeper": 1, "other": 1})
    act(store, added[1])
    assert [entry.action for entry in store.candidates.decisions_since(1)] == ["submit", "reject"]
    assert [entry.number for entry in store.candidates.decisions_since(0, 2)] == [1, 2]
    assert store.candidates.pending_counts() == {"keeper": 1}
