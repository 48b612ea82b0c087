"""Keeps the slots of all accounts, and of the instance itself, made ahead of time."""

from collections.abc import Mapping

from tweetgen.pipeline.slots import Planner, Scheduled
from tweetgen.service.context import Context
from tweetgen.service.wording import listed
from tweetgen.settings import Schedule


class Plan:
    """One daemon's planner; what it remembers of the store saves it from reading it all again."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._planner = Planner(context.store)
        self._instance = Instance(context)

    def plan(self) -> None:
        """Make what is missing, take out what is left of accounts that are gone."""
        self._context.work.do("plan", "", self._plan)

    def _plan(self) -> str:
        context, now = self._context, self._context.now()
        if self._instance.app is not context.app:
            self._instance = Instance(context)
        served: Mapping[str, Scheduled] = {**context.accounts, **({"": self._instance} if context.serves("") else {})}
        made, withdrawn, behind = 0, self._planner.forget_others({*context.app.accounts, ""}, now), 1
        while behind and not context.stopping.is_set():  # some accounts at a time, so that nobody waits for the store
            done = self._planner.materialise(served, now)
            made, withdrawn, behind = made + done.made, withdrawn + done.withdrawn, done.behind
        return listed({"made": made, "withdrawn": withdrawn}, "slot")


class Instance:
    """The instance as something that has a schedule."""

    def __init__(self, context: Context) -> None:
        self.app = context.app
        upkeep = self.app.config.schedule
        self.schedule = Schedule(collect=upkeep.collect, train=upkeep.train)
        self.timezone = self.app.config.timezone
