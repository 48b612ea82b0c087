"""The reviewer's desk that the review page and the API share: candidates ready to be shown, decisions to be taken."""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from tweetgen.app import App
from tweetgen.domain import Action, Decision, Outcome, Pending, Verdict
from tweetgen.errors import InputError, TweetgenError
from tweetgen.pipeline.deciding import Deciding, the_one
from tweetgen.pipeline.filter import judge
from tweetgen.pipeline.preference import is_learnt
from tweetgen.pipeline.preview import Outlet, Preview, previews, refuse_unsendable
from tweetgen.pipeline.why import remarks, why
from tweetgen.store import Store
from tweetgen.web.candidate_json import CandidateOut, VerdictOut, candidate_out

if TYPE_CHECKING:
    from tweetgen.plugins import ConfiguredFilter

VIA = "web"
# seconds after which it is asked again whether an account's ranking is learnt
_STALE = 30.0


class Unconfirmed(InputError):
    """A new text that the account's filters would drop, by somebody who has not seen that yet."""

    def __init__(self, number: int, verdicts: Sequence[Verdict]) -> None:
        dropped = [one for one in verdicts if one.outcome is Outcome.DROP]
        self.facts = {"verdicts": [VerdictOut.of(one).model_dump(mode="json") for one in verdicts]}
        told = "; ".join(f"{one.filter}: {one.reason}" for one in dropped)
        super().__init__(f"candidate {number}", f"its new text would be dropped ({told})", "say that it is wanted")


class _Tools:
    """The plugins of one configuration's accounts, made when first needed."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._filters: dict[str, Sequence[ConfiguredFilter]] = {}
        self._outlets: dict[str, list[Outlet]] = {}
        self._learnt: dict[str, tuple[float, bool]] = {}

    def outlets(self, account: str) -> list[Outlet]:
        """Where an account publishes; nowhere for one that has gone from the configuration."""
        known = self.app.accounts.get(account)
        if known is None:
            return []
        if account not in self._outlets:
            plugins = {one.name: one.entry.name for one in known.destinations}
            # what cannot be made is tried again at the next text: `cache` remembers no errors
            makers = self.app.destination_makers(account).items()
            self._outlets[account] = [Outlet(name, plugins[name], cache(make)) for name, make in makers]
        return self._outlets[account]

    def filters(self, account: str) -> "Sequence[ConfiguredFilter]":
        """Those that judge a text anew. Raises what their factories raise."""
        if account not in self.app.accounts:
            return ()
        if account not in self._filters:
            # `history` knows the text that a new one was made of
            self._filters[account] = [one for one in self.app.filters(account) if one.name != "history"]
        return self._filters[account]

    def is_learnt(self, account: str) -> bool:
        """Whether its candidates are chosen as learnt from decisions."""
        known = self.app.accounts.get(account)
        if known is None or not known.ranking.learn:
            return False
        until, learnt = self._learnt.get(account, (0.0, False))
        if time.monotonic() > until:
            learnt = is_learnt(self.app.store, account)
            self._learnt[account] = (time.monotonic() + _STALE, learnt)
        return learnt


class Desk:
    """One for each process that serves pages."""

    def __init__(self, current: Callable[[], App], now: Callable[[], datetime]) -> None:
        self._current, self._now = current, now
        self._tools: _Tools | None = None
        self._lock = threading.Lock()
        self._deciding = Deciding(lambda: current().store, now)

    @property
    def store(self) -> Store:
        """Where the candidates are."""
        return self._current().store

    def shown(self, pending: Pending) -> CandidateOut:
        """A candidate with all that helps to decide about it."""
        tools = self._of_now()
        changed = pending.version > 1 and pending.text not in _known_texts(pending)
        verdicts = self.judge(pending) if changed else list(pending.verdicts)
        found = list(previews(pending.text, tools.outlets(pending.account)))
        return candidate_out(pending, why(pending, tools.is_learnt(pending.account)), verdicts, found, remarks(pending))

    def judge(self, pending: Pending, text: str | None = None) -> list[Verdict]:
        """What its account's filters say to it, or to another text in its place; nothing where they cannot be made."""
        try:
            filters = self._of_now().filters(pending.account)
        except TweetgenError:  # `tweetgen doctor` tells of these
            return []
        wanted = replace(pending.candidate, text=pending.text if text is None else text)
        return list(judge(wanted, filters, explain=True).verdicts)

    def preview(self, pending: Pending, text: str) -> list[Preview]:
        """What its account's destinations would make of another text in its place."""
        return list(previews(text, self._of_now().outlets(pending.account)))

    def decide(self, decision: Decision, despite_verdicts: bool = False) -> Pending:
        """The candidate as it then is.

        Raises what `Candidates.apply` does; for a new text `InputError` where no destination takes it, `Unconfirmed`
        where a filter would drop it, unless told that it is wanted all the same.
        """
        if decision.action is Action.EDIT and decision.text:
            self._check(decision, decision.text, despite_verdicts)
        return self._deciding.take(decision)

    def begin(self, decision: Decision, despite_verdicts: bool = False) -> "Future[CandidateOut]":
        """What `decide` does, and then `shown`, without waiting. Raises what `decide` does for a new text."""
        if decision.action is Action.EDIT and decision.text:
            self._check(decision, decision.text, despite_verdicts)
        return self._deciding.begin([decision], lambda outcomes: self.shown(the_one(outcomes)))

    def decide_all(
        self, decisions: Sequence[Decision], despite_verdicts: Collection[int] = ()
    ) -> "list[Pending | TweetgenError]":
        """What became of each, in order, as `decide` would have it.

        `despite_verdicts`: the places in the order of those whose new text is wanted whatever filters say.
        """
        refused: dict[int, TweetgenError] = {}
        for place, one in enumerate(decisions):
            if one.action is Action.EDIT and one.text:
                try:
                    self._check(one, one.text, place in despite_verdicts)
                except TweetgenError as error:
                    refused[place] = error
        taken = iter(self._deciding.take_all([one for place, one in enumerate(decisions) if place not in refused]))
        return [refused[place] if place in refused else next(taken) for place in range(len(decisions))]

    def _check(self, decision: Decision, text: str, despite_verdicts: bool) -> None:
        pending = self.store.candidates.get(decision.number, decision.version)
        refuse_unsendable(f"candidate {pending.number}", self.preview(pending, text))
        verdicts = self.judge(pending, text)
        if not despite_verdicts and any(one.outcome is Outcome.DROP for one in verdicts):
            raise Unconfirmed(pending.number, verdicts)

    def _of_now(self) -> _Tools:
        app = self._current()
        with self._lock:
            if self._tools is None or self._tools.app is not app:
                self._tools = _Tools(app)
            return self._tools


def _known_texts(pending: Pending) -> set[str]:
    """Texts that were judged before review: as written, and as filters rewrote it."""
    return {pending.candidate.text, *(one.text for one in pending.verdicts if one.text is not None)}
