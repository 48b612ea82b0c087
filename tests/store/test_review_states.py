"""Any order of decisions, stale ones and time passing leaves each candidate where a plain model says."""

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tweetgen.domain import Action, Candidate, Decision, ReviewState
from tweetgen.errors import Conflict, InputError
from tweetgen.store import NewCandidate, Store

HOUR = timedelta(hours=1)
WAIT = timedelta(days=2)
LEGAL = {
    Action.APPROVE: "pending",
    Action.SKIP: "pending",
    Action.SCHEDULE: "pending approved",
    Action.EDIT: "pending approved",
    Action.REJECT: "pending approved",
    Action.PLACE: "approved",
    Action.UNDO: "pending approved rejected expired",
}
AFTER = {
    Action.APPROVE: ReviewState.APPROVED,
    Action.SCHEDULE: ReviewState.APPROVED,
    Action.EDIT: ReviewState.PENDING,
    Action.SKIP: ReviewState.PENDING,
    Action.REJECT: ReviewState.REJECTED,
    Action.PLACE: ReviewState.PLACED,
}


@dataclass
class Model:
    """A candidate as it should be: every standing it had that was not undone, the last one now."""

    stood: list[tuple[ReviewState, str, int, datetime | None]]
    expires_at: datetime
    version: int = 1
    log: list[Action] = field(default_factory=lambda: [Action.SUBMIT])


class Reviews(RuleBasedStateMachine):
    candidates = Bundle("candidates")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(f"sqlite:///{Path(self.folder.name) / 'tweetgen.db'}")
        self.now = datetime(2026, 3, 28, 22, tzinfo=UTC)
        self.models: dict[int, Model] = {}

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(target=candidates, score=st.sampled_from([0.0, 1.0]))
    def add(self, score: float) -> int:
        candidate = Candidate("fog", {}, "base", 1, (0.8,), True, -1.0)
        new = NewCandidate("keeper", candidate, "fog", {"author": score}, score, expires_at=self.now + WAIT)
        (added,) = self.store.candidates.add([new], self.now)
        self.models[added.number] = Model([(ReviewState.PENDING, "fog", 0, None)], self.now + WAIT)
        return added.number

    @rule(
        number=candidates,
        action=st.sampled_from(sorted(LEGAL)),
        text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5),
        hours=st.integers(1, 9),
    )
    def decide(self, number: int, action: Action, text: str, hours: int) -> None:
        model = self.models[number]
        state, old, skips, _ = model.stood[-1]
        at = self.now + hours * HOUR if action is Action.SCHEDULE else None
        decision = Decision(number, model.version, action, "ann", "inbox", text=text, scheduled_for=at)
        over = state is ReviewState.PENDING and model.expires_at <= self.now
        refused = state not in LEGAL[action].split()
        refused |= over and action in (Action.APPROVE, Action.SCHEDULE, Action.EDIT, Action.SKIP)
        refused |= action is Action.EDIT and (not text.strip() or text == old)
        refused |= action is Action.UNDO and len(model.stood) == 1
        if refused:
            with pytest.raises(InputError):
                self.store.candidates.apply(decision, self.now)
            return
        self.store.candidates.apply(decision, self.now)
        model.version += 1
        model.log.append(action)
        if action is Action.UNDO:
            model.stood.pop()
        else:
            new_text = text if action is Action.EDIT else old
            kept = model.stood[-1][3] if action is Action.PLACE else at
            model.stood.append((AFTER[action], new_text, skips + (action is Action.SKIP), kept))
        if model.stood[-1][0] is ReviewState.PENDING and action is not Action.SKIP:
            model.expires_at = max(model.expires_at, self.now + timedelta(days=1))

    @rule(number=candidates, action=st.sampled_from(sorted(LEGAL)), back=st.integers(1, 3))
    def come_too_late(self, number: int, action: Action, back: int) -> None:
        decision = Decision(number, self.models[number].version - back, action, "bob", "inbox", text="late")
        with pytest.raises(Conflict):
            self.store.candidates.apply(decision, self.now)

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule()
    def expire(self) -> None:
        over = [
            model
            for model in self.models.values()
            if model.stood[-1][0] is ReviewState.PENDING and model.expires_at <= self.now
        ]
        assert self.store.candidates.expire(self.now) == len(over)
        for model in over:
            model.stood.append((ReviewState.EXPIRED, *model.stood[-1][1:]))
            model.version += 1
            model.log.append(Action.EXPIRE)

    @invariant()
    def every_candidate_is_where_the_model_says(self) -> None:
        for number, model in getattr(self, "models", {}).items():
            found = self.store.candidates.get(number)
            assert (found.state, found.text, found.skips, found.scheduled_for) == model.stood[-1]
            assert (found.version, found.expires_at) == (model.version, model.expires_at)
            log = self.store.candidates.decisions(candidate=number, limit=1000)
            assert [entry.action for entry in reversed(log)] == model.log
            assert found.text == log[0].text

    @invariant()
    def the_log_is_whole_and_the_order_right(self) -> None:
        if not getattr(self, "models", None):
            return
        assert self.store.candidates.verify_log().broken is None
        waiting = [one for one in map(self.store.candidates.get, self.models) if one.state is ReviewState.PENDING]
        ordered = sorted(waiting, key=lambda one: (one.skips, -one.score, one.number))
        assert self.store.candidates.pending("keeper", 1000) == ordered
        assert self.store.candidates.count_pending() == len(waiting)


Reviews.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestReviews = Reviews.TestCase
