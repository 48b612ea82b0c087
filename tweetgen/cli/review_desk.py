"""One reviewer's desk: the candidate in front of them, the next ones ready, what they decided, and taking it back."""

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime

from tweetgen.domain import Action, Decision, Pending, ReviewState
from tweetgen.errors import Conflict, InputError
from tweetgen.store import Store

VIA = "inbox"
#: what became of a candidate, by what was done
DONE = {
    Action.APPROVE: "approved",
    Action.SCHEDULE: "scheduled",
    Action.EDIT: "edited",
    Action.REJECT: "rejected",
    Action.SKIP: "left for later",
}
# candidates read at a time, and the number left at which more are read
_PAGE, _FEW = 50, 10


class Desk:
    """Decides about one candidate after another; nothing here knows of a terminal."""

    def __init__(self, store: Store, account: str | None, actor: str, now: Callable[[], datetime]) -> None:
        """`account` None: all of them."""
        self._candidates = store.candidates
        self._account, self._actor, self._now = account, actor, now
        self._ready: deque[Pending] = deque()
        self._last_read: Pending | None = None
        #: what was decided here about which candidate, the latest last
        self._decided: list[tuple[int, Action]] = []
        #: those left for later since the queue began anew
        self._passed: set[int] = set()
        self.done: Counter[Action] = Counter()
        self.waiting = 0
        self._settled = 0
        self.current: Pending | None = None
        self._advance()

    @property
    def position(self) -> int:
        """Which one is in front, from 1, counting those decided about or left for later here."""
        return min(self._settled + len(self._passed) + 1, self.total)

    @property
    def total(self) -> int:
        """How many wait, and how many were decided about here."""
        return self.waiting + self._settled

    def prepare(self) -> None:
        """Read on, if few are ready; to be called while the reviewer reads."""
        if len(self._ready) > _FEW:
            return
        self.waiting = self._candidates.count_pending(self._account)
        page = self._candidates.pending(self._account, _PAGE, self._last_read)
        self._ready += page
        if page:
            self._last_read = page[-1]

    def decide(self, action: Action, reason: str = "", scheduled_for: datetime | None = None) -> str:
        """Decide about the one in front, and take the next; what happened, in one line, also where it was refused."""
        if self.current is None:
            return "nothing waits"
        number = self.current.number
        try:
            self._apply(action, reason=reason, scheduled_for=scheduled_for)
        except Conflict as error:
            self._advance()
            return f"not done: {error}"
        except InputError as error:
            if self._candidates.get(number).state is not ReviewState.PENDING or self._is_over():
                self._advance()
            return f"not done: {error}"
        if action is Action.SKIP:
            self._passed.add(number)
        else:
            self._settle(1)
        self._advance()
        return f"candidate {number} {DONE[action]}"

    def edit(self, text: str) -> str:
        """Give the one in front another text; it stays in front, to be decided about."""
        if self.current is None:
            return "nothing waits"
        try:
            self.current = self._apply(Action.EDIT, text=text)
        except Conflict as error:
            self._advance()
            return f"not done: {error}"
        except InputError as error:
            return f"not done: {error}"
        return f"candidate {self.current.number} edited; it waits for your decision"

    def undo(self) -> str:
        """Take back the last decision made here; its candidate is in front again."""
        if not self._decided:
            return "nothing to undo"
        number, action = self._decided.pop()
        try:
            found = self._candidates.get(number)
            last = self._candidates.decisions(candidate=number, limit=1)[0]
            if (last.actor, last.via) != (self._actor, VIA):
                raise Conflict(f"candidate {number}", f"{last.actor} chose to {last.action} since")
            back = self._candidates.apply(self._decision(found, Action.UNDO), self._now())
        except (Conflict, InputError) as error:
            return f"not undone: {error}"
        self.done[action] -= 1
        self._passed.discard(number)
        if found.state is not ReviewState.PENDING:
            self._settle(-1)
        self._put_in_front(back)
        return f"candidate {number} is no longer {DONE[action]}"

    def _settle(self, count: int) -> None:
        self.waiting -= count
        self._settled += count

    def _put_in_front(self, back: Pending) -> None:
        if self.current is not None and self.current.number != back.number:
            self._ready.appendleft(self.current)
        self.current = back

    def _apply(
        self, action: Action, reason: str = "", text: str | None = None, scheduled_for: datetime | None = None
    ) -> Pending:
        if self.current is None:
            raise InputError("the review", "nothing waits", "come back later")
        decision = self._decision(self.current, action, reason, text, scheduled_for)
        changed = self._candidates.apply(decision, self._now())
        self._decided.append((changed.number, action))
        self.done[action] += 1
        return changed

    def _decision(
        self,
        of: Pending,
        action: Action,
        reason: str = "",
        text: str | None = None,
        scheduled_for: datetime | None = None,
    ) -> Decision:
        return Decision(of.number, of.version, action, self._actor, VIA, reason, text, scheduled_for)

    def _advance(self) -> None:
        """Put the next one in front that still waits, as it is now: others may have been faster."""
        self.current = self._next_ready()
        if self.current is None and self._last_read is not None:  # at the end: those left for later come again
            self._last_read = None
            self._passed.clear()
            self.current = self._next_ready()

    def _next_ready(self) -> Pending | None:
        self.prepare()
        while self._ready:
            found = self._candidates.get(self._ready.popleft().number)
            if found.state is ReviewState.PENDING and not self._over(found):
                return found
            self.prepare()
        return None

    def _is_over(self) -> bool:
        return self.current is not None and self._over(self.current)

    def _over(self, pending: Pending) -> bool:
        return pending.expires_at is not None and pending.expires_at <= self._now()
