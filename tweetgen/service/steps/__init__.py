"""The steps of the daemon: what each tick looks for in the store, and whom it asks to do it."""

from collections.abc import Callable, Sequence
from functools import partial

from tweetgen.service.clock import Tick
from tweetgen.service.context import Context
from tweetgen.service.steps.collect import collect_due
from tweetgen.service.steps.dispatch import Dispatch
from tweetgen.service.steps.generate import Generate
from tweetgen.service.steps.maintenance import maintain
from tweetgen.service.steps.notices import notice
from tweetgen.service.steps.place import place_due
from tweetgen.service.steps.plan import Plan
from tweetgen.service.steps.review import review
from tweetgen.service.steps.train import train_due


class Steps:
    """Everything the daemon does, in the order of the story."""

    def __init__(self, context: Context) -> None:
        self._dispatch = Dispatch(context)
        self.ticks: Sequence[Tick] = (
            _tick(context, "plan", 30, Plan(context).plan),
            _tick(context, "collect", 30, partial(collect_due, context)),
            _tick(context, "train", 30, partial(train_due, context)),
            _tick(context, "generate", 30, Generate(context).generate),
            _tick(context, "review", 2, partial(review, context)),
            _tick(context, "dispatch", 1, partial(self._place_and_dispatch, context)),
            _tick(context, "reconcile", 10, self._dispatch.reconcile),
            _tick(context, "tell", 1, context.teller.work_off),
            _tick(context, "notices", 30, partial(notice, context)),
            _tick(context, "maintenance", 3600, partial(maintain, context)),
        )

    def _place_and_dispatch(self, context: Context) -> None:
        place_due(context)
        self._dispatch.dispatch()

    def finish(self, seconds: float | None = None) -> bool:
        """Wait for what steps have left running behind them; False if something still is after so many seconds."""
        return self._dispatch.finish(seconds)

    def close(self) -> int:
        """Send nothing more; how many texts were just being sent, whose outcome is unknown now."""
        return self._dispatch.close()


def _tick(context: Context, name: str, seconds: float, look: Callable[[], None]) -> Tick:
    """What goes wrong with the look itself, such as a store that cannot be read, is a failure like any other."""

    def piece() -> str:
        look()
        return ""

    return Tick(name, seconds, partial(context.work.do, f"{name} (tick)", "", piece))
