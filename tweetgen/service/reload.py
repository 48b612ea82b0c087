"""Files that change while the daemon runs: configuration is read again in place, plugins by beginning anew."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tweetgen.domain import Event, Severity
from tweetgen.errors import TweetgenError
from tweetgen.service.context import Context
from tweetgen.service.watch import Watch

LOG = logging.getLogger(__name__)
#: seconds a trial of changed plugins may take
_TRIAL = 60.0
_SETTINGS, _PLUGINS = "settings", "plugins"


class Reloader:
    """Looks at the files now and then; what is broken changes nothing but `problem`."""

    def __init__(self, context: Context, restart: Callable[[], None]) -> None:
        """`restart`: asks for the process to begin anew, with other plugins or another database."""
        self._context, self._restart = context, restart
        self._files, self._modules = Watch(self._configuration_files()), Watch(self._plugin_files())
        self._untried = False
        self._problems: dict[str, str] = {}
        for what in (_SETTINGS, _PLUGINS):  # a process could not have begun with broken ones
            context.teller.over(what)

    @property
    def problem(self) -> str:
        """Why what is on disk is not in force, "" if it is."""
        return "; ".join(self._problems.values())

    def look(self) -> None:
        """Act on what changed since the last look."""
        edited = bool(self._files.changed(self._configuration_files()))
        programmed = bool(self._modules.changed(self._plugin_files()))
        self._untried |= programmed
        if self._untried and (programmed or edited) and self._begin_anew():
            return
        if edited:
            self.reread()

    def reread(self) -> None:
        """Take over the configuration as it is on disk; where it is broken, keep the one in force."""
        try:
            fresh = self._context.app.reread()
        except TweetgenError as error:
            self._broken(_SETTINGS, str(error))
            return
        if fresh.starts_like(self._context.app):
            self._context.use(fresh)
            self._sound(_SETTINGS)
            LOG.info("the configuration was read again")
        else:
            self._begin_anew()

    def _begin_anew(self) -> bool:
        """Give way to a new process, if what is on disk serves in a process of its own; False if it does not."""
        problem = _trial(self._context.app.base)
        if problem:
            self._broken(_PLUGINS, problem)
            return False
        LOG.info("plugins, or what is read at the start only, have changed: beginning anew")
        self._untried = False
        self._sound(_PLUGINS)
        self._sound(_SETTINGS)
        self._restart()
        return True

    def _broken(self, what: str, problem: str) -> None:
        line = " | ".join(" ".join(one.removeprefix("tweetgen: ").split()) for one in problem.splitlines())
        if self._problems.get(what) != line:
            self._problems[what] = line
            message = f"what changed in {what} cannot be used, so the old {what} stay in force: {line}"
            LOG.error("%s", message)
            self._context.teller.tell(Event(what, "", Severity.ACTION, message, what, self._context.now()))

    def _sound(self, what: str) -> None:
        if self._problems.pop(what, None) is not None:
            self._context.teller.over(what)

    def _configuration_files(self) -> Iterator[Path]:
        base = self._context.app.base
        yield base / "config.yaml"
        for folder in (base / "accounts",):
            yield from sorted(folder.glob("*.y*ml"))

    def _plugin_files(self) -> Iterator[Path]:
        for folder in self._context.app.plugin_folders:
            yield from sorted(folder.rglob("*.py"))


def _trial(base: Path) -> str:
    """What is wrong with the files of an instance, told by a process that loads them; "" if all is well."""
    check = [sys.executable, "-m", "tweetgen", "--instance", str(base), "config", "check"]
    try:
        done = subprocess.run(check, capture_output=True, timeout=_TRIAL, stdin=subprocess.DEVNULL, check=False)
    except subprocess.TimeoutExpired:
        return f"loading them takes longer than {_TRIAL:.0f} seconds"
    if done.returncode == 0:
        return ""
    return done.stderr.decode("utf-8", "replace").strip() or f"`config check` ended with exit code {done.returncode}"
