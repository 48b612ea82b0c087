"""The life of the daemon: begin, hear signals and the clock, end in time."""

import logging
import os
import signal
import threading
import time
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from importlib.metadata import version
from queue import SimpleQueue
from types import FrameType

from tweetgen.domain import Json
from tweetgen.errors import TweetgenError
from tweetgen.service.clock import Clock, Tick
from tweetgen.service.context import Context
from tweetgen.service.greeting import Greeting
from tweetgen.service.reload import Reloader
from tweetgen.service.steps import Steps
from tweetgen.service.supervisor import Supervisor
from tweetgen.service.wording import some

LOG = logging.getLogger(__name__)
#: seconds between two looks at the files, and between two signs of life in the store
_LOOK, _BEAT = 2.0, 10.0
#: seconds from SIGTERM to the end at most, and what is kept of them for writing down what was cut off
END_WITHIN, _LAST_NOTES = 8.5, 1.5
#: a step of the clock that takes this long (seconds) is stuck; collecting, training and writing may
_STUCK, _MAY_TAKE_LONG = 600.0, {"collect", "train", "generate"}


class Request(Enum):
    """What the daemon is asked for while it runs."""

    STOP = "stop"
    #: read the configuration again
    REREAD = "reread"
    #: end, and begin as a new process with changed plugins
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Ending:
    """How serving ended."""

    #: the process is to begin anew
    restart: bool
    #: nothing is left running; False: the process has to be ended by force
    idle: bool


class Daemon:
    """Serves one instance until it is asked to stop."""

    def __init__(self, context: Context, supervisor: Supervisor) -> None:
        self._context, self._supervisor = context, supervisor
        #: where the pages are, "" if nowhere; for others to see
        self.pages = ""
        self._requests: SimpleQueue[Request] = SimpleQueue()
        self._reloader = Reloader(context, restart=lambda: self._requests.put(Request.RESTART))
        self._started_at = context.now()
        self._steps = Steps(context)
        self._greeting = Greeting(context)
        self._clock = Clock([*map(self._greeted, self._steps.ticks), *self._own_ticks()])

    def run(self) -> Ending:
        """Serve until asked to stop; in the main thread only."""
        wishes = {signal.SIGTERM: Request.STOP, signal.SIGINT: Request.STOP, signal.SIGHUP: Request.REREAD}
        before = {number: signal.signal(number, partial(self._heard, wish)) for number, wish in wishes.items()}
        try:
            self._supervisor.ready(self._status())  # before any sign of life, which a tick may give at once
            self._clock.start()
            request = self._serve()
            return Ending(request is Request.RESTART, self._end(request))
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def trouble(self) -> str | None:
        """Why this process had better be started again; None: it need not."""
        for name, took in self._clock.running().items():
            if name not in _MAY_TAKE_LONG and took > _STUCK:
                return f"step {name} has been running for {took:.0f} s"
        return None

    def hindrance(self) -> str | None:
        """Why not everything is served at the moment; None: everything is."""
        try:
            self._context.store.accounts.states()
        except TweetgenError as error:
            return str(error)
        return self._reloader.problem or ("it is ending" if self._context.stopping.is_set() else None)

    def _heard(self, wish: Request, _number: int, _frame: FrameType | None) -> None:
        self._requests.put(wish)

    def _serve(self) -> Request:
        """Until the end is asked for."""
        while (request := self._requests.get()) is Request.REREAD:
            self._supervisor.reloading()
            self._reloader.reread()
            self._supervisor.ready(self._status())
        return request

    def _end(self, request: Request) -> bool:
        """Begin nothing, finish what runs while there is time, note what was cut off; whether all had ended."""
        restart = request is Request.RESTART
        if restart:
            self._supervisor.reloading()
            limit = self._context.app.config.service.plugin_timeout.total_seconds() + _LAST_NOTES
        else:
            self._supervisor.stopping()
            limit = END_WITHIN - _LAST_NOTES
        LOG.info("ending: nothing new is begun, at most %.0f s are left for what runs", limit)
        self._context.stopping.set()
        self._clock.stop()
        idle = self._finish(limit)
        # in a thread of its own: another program may have locked the store, and there is no time to wait for it
        notes = threading.Thread(target=self._note_the_end, daemon=True)
        notes.start()
        notes.join(_LAST_NOTES)
        return idle and not notes.is_alive()

    def _finish(self, limit: float) -> bool:
        """Wait for what runs; a second request to stop ends the wait."""
        began = time.monotonic()
        while time.monotonic() < began + limit and self._requests.empty():
            if self._clock.wait(0.05) and self._steps.finish(0.05):
                return True
        # looked at once: what ends from here on was not cut off
        running = [*self._clock.running(), *([] if self._steps.finish(0) else ["sending"])]
        if running:
            LOG.warning("cut off after %.1f s: %s", time.monotonic() - began, ", ".join(running))
        return not running

    def _note_the_end(self) -> None:
        context = self._context
        try:
            if lost := self._steps.close():
                LOG.warning("%d being sent when the service ended: their outcome is looked into later", lost)
            context.store.daemons.leave(context.owner)
            context.teller.keep()
        except TweetgenError as error:
            LOG.error("%s", error)

    def _greeted(self, tick: Tick) -> Tick:
        """The tick after which it can be said what is next says so, the first time."""

        def call() -> None:
            tick.call()
            self._greeting.say(self.pages)

        return replace(tick, call=call) if tick.name == "plan" else tick

    def _own_ticks(self) -> list[Tick]:
        pulse = self._supervisor.pulse
        watchdog = [] if pulse is None else [Tick("watchdog", pulse, self._say_alive)]
        return [Tick("watch", _LOOK, self._look), Tick("beat", _BEAT, self._beat), *watchdog]

    def _look(self) -> None:
        before = self._reloader.problem
        self._reloader.look()
        if self._reloader.problem != before:
            self._beat()  # others should not have to wait to see it

    def _say_alive(self) -> None:
        if self.trouble() is None:
            self._supervisor.alive()

    def _beat(self) -> None:
        details: dict[str, Json] = {
            "pid": os.getpid(),
            "version": version("tweetgen"),
            "accounts": len(self._context.accounts),
            "problem": self._reloader.problem,
            "pages": self.pages,
            "dry_run": self._context.dry_run,
        }
        try:
            self._context.store.daemons.beat(self._context.owner, self._started_at, self._context.now(), details)
        except TweetgenError as error:
            LOG.error("%s", error)

    def _status(self) -> str:
        served = f"{some(len(self._context.accounts), 'account')} served"
        return f"{served}; {self._reloader.problem}" if self._reloader.problem else served
