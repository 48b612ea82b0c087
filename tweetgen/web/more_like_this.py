"""Has variations of a candidate written in the background."""

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from tweetgen.app import App
from tweetgen.domain import Pending
from tweetgen.web.events import Events
from tweetgen.web.jobs import Jobs

if TYPE_CHECKING:
    from tweetgen.model.model import Model
    from tweetgen.pipeline.variations import Variations


class MoreLikeThis:
    """One for each process that serves pages."""

    def __init__(
        self,
        current: Callable[[], App],
        models: "Callable[[str], Model]",
        now: Callable[[], datetime],
        jobs: Jobs,
        events: Events,
    ) -> None:
        self._current, self._models, self._now, self._jobs, self._events = current, models, now, jobs, events
        self._chance = Random()
        self._made: tuple[App, Variations] | None = None

    def begin(self, of: Pending, count: int) -> str:
        """The id of the job. Raises `UnknownName` for an account that has gone, `Busy` where too much waits."""
        self._current().account(of.account)
        return self._jobs.begin(lambda job: self._write(job, of, count))

    def _write(self, job: str, of: Pending, count: int) -> Mapping[str, Any]:
        from tweetgen.pipeline.index import FOLDER, keep_up_if_free  # numpy, only once something is to be written
        from tweetgen.pipeline.restock import Supply

        app = self._current()
        keep_up_if_free(app.store, app.state / FOLDER)
        supply = Supply.of(of.account, app.account(of.account), app.filters(of.account))
        done = self._variations(app).write(of, supply, count, self._now(), self._chance)
        numbers = [one.number for one in done.added]
        self._events.written(job, numbers)
        return {"detail": f"{done.written} written, {len(numbers)} sent to review", "numbers": numbers}

    def _variations(self, app: App) -> "Variations":
        from tweetgen.pipeline.restock import Stockroom
        from tweetgen.pipeline.variations import Variations

        if self._made is None or self._made[0] is not app:
            patience = app.config.service.plugin_timeout
            self._made = (app, Variations(Stockroom(app.store, self._models, app.corpus, patience), self._models))
        return self._made[1]
