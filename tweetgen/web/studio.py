"""Where pages and programs let the network write: models by name, so many at a time, the best sent to review."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakSet

from tweetgen.app import App
from tweetgen.domain import Candidate, Json, Pending
from tweetgen.errors import Busy, Conflict, InputError, UnknownName
from tweetgen.model.library import listing
from tweetgen.model.manner import shares
from tweetgen.pipeline import review
from tweetgen.pipeline.models import Models
from tweetgen.pipeline.restock import Stockroom, Supply
from tweetgen.pipeline.supervised import call
from tweetgen.web.wishes import SubmissionIn

if TYPE_CHECKING:
    from tweetgen.model.model import Model

VIA = "web"
#: callers who let the network write at the same time
MOST = 4
# how long one who asked waits for the plugin that tells reviewers; it is told later what it was not told now
_PATIENCE = timedelta(seconds=5)


class Studio:
    """One for each process that serves pages."""

    def __init__(self, current: Callable[[], App], now: Callable[[], datetime], models: Models) -> None:
        self._current, self._now, self._models = current, now, models
        self._turns = threading.BoundedSemaphore(MOST)
        self._warm: WeakSet[Model] = WeakSet()

    def names(self) -> list[str]:
        """Every model there is."""
        return [path.stem for path in listing(self._current().weights_folders)]

    def model(self, name: str) -> "Model":
        """The model of that name; a path is none. Raises `UnknownName`, `WeightsError`."""
        names = self.names()
        if name not in names:
            raise UnknownName("model", name, names)
        return self._models.get(name)

    def warm(self, model: "Model") -> None:
        """Have all made that the first text of a model waits for, while somebody still looks at the page."""
        if model not in self._warm:
            self._warm.add(model)
            threading.Thread(target=model.generate, kwargs={"seed": 0, "max_length": 1}, daemon=True).start()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold while the network writes. Raises `Busy` while as many as may do already."""
        if not self._turns.acquire(blocking=False):
            raise Busy("the network", f"{MOST} others", "try again in a moment")
        try:
            yield
        finally:
            self._turns.release()

    def submit(self, actor: str, account: str, wanted: SubmissionIn) -> Pending:
        """Send a text to an account's review, where it is judged and scored like every other.

        Raises `UnknownName`, `Conflict` where its seed writes something else by now, `InputError` where it is none or
        the account's filters drop it.
        """
        app = self._current()
        supply = Supply.of(account, app.account(account), app.filters(account))
        with self.turn():
            model = self.model(wanted.model)
            candidate = _composed(model, wanted) if wanted.seed is None else _again(model, wanted, wanted.seed)
            # measured as the account would have written it, by its own model and voice
            own = self.model(supply.model)
            stockroom = Stockroom(app.store, lambda _: own, app.corpus)
            pending = stockroom.submit(own, supply, candidate, self._now())
        details: dict[str, Json] = {"candidate": pending.number, "model": model.name}
        app.store.deeds.add(actor, VIA, "submit", account, self._now(), details)
        self._tell(app, account)
        return pending

    def _tell(self, app: App, account: str) -> None:
        try:
            queue = app.review_queue(account).queue
            call(lambda: review.submit(app.store, queue, account, self._now()), _PATIENCE)
        except Exception:  # the text is in review; whoever serves the queue tells it later
            logging.getLogger(__name__).warning("%s: its review queue was not told", account, exc_info=True)


def _again(model: "Model", wanted: SubmissionIn, seed: int) -> Candidate:
    (candidate,) = model.write([wanted.order(seed)])
    if wanted.text and _as_shown(candidate.text) != _as_shown(wanted.text):
        raise Conflict(f"seed {seed}", f"{model.name} writes something else with it by now")
    return candidate


def _composed(model: "Model", wanted: SubmissionIn) -> Candidate:
    """A text that a person made with the network's help: no seed writes it, and no temperature."""
    if not wanted.text.strip():
        raise InputError("text", "there is none", "write one, or give the seed of one")
    voice = shares(wanted.voice, model.authors)
    return Candidate(wanted.text, voice, model.name, 0, (), True, model.log_likelihood(wanted.text, voice))


def _as_shown(text: str) -> str:
    """As a browser reads it from a page."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
