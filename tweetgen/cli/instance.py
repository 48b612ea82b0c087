"""What every command is given: the opened instance and the two consoles."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from tweetgen.app import App
    from tweetgen.interfaces import Destination

#: columns a table may take where there is no terminal to measure
PIPE_WIDTH = 200


class Instance:
    """One instance as a command sees it; everything opens on first use, so that `--help` opens nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` None: the nearest one upwards with a config.yaml, else the current folder."""
        self.folder = folder

    @cached_property
    def app(self) -> "App":
        """The opened instance; raises ConfigError naming every problem of its files."""
        from tweetgen.app import App

        return App.open(self.folder)

    def open_anyhow(self) -> "App":
        """The instance, also where its files are broken, which is told: for what must work all the same."""
        from tweetgen.app import App

        self.app = App.open_anyhow(self.folder)
        for problem in self.app.problems:
            self.err.print(f"tweetgen: {problem}")
        return self.app

    @cached_property
    def out(self) -> "Console":
        """For results, on stdout; no text is taken for markup, and no line is broken in a pipe."""
        return _console(stderr=False)

    @cached_property
    def err(self) -> "Console":
        """For progress and remarks, on stderr."""
        return _console(stderr=True)

    def destinations(self, plugin: str, account: str) -> "Mapping[str, Destination]":
        """Those of an account that this plugin makes, enabled or not; for the commands of plugins."""
        found = self.app.destinations_of(account, plugin)
        return {configured.name: configured.destination for configured in found}

    def logged_in(self, account: str, destination: str) -> None:
        """Let what waited for a login be sent again; for the commands of plugins."""
        from tweetgen.pipeline.delivery import login_cause

        store = self.app.store
        store.channels.clear(account, destination)
        store.notices.over(login_cause(account, destination))

    def close(self) -> None:
        if "app" in self.__dict__:
            self.app.close()


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console
    from rich.text import Text

    from tweetgen.cli.interactive import harmless

    class Screen(Console):
        """Shows names, texts and paths of others without what a terminal would obey."""

        def render_str(self, text: str, **options: Any) -> Text:
            return super().render_str(harmless(text), **options)

    console = Screen(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.soft_wrap = True
        console.width = max(console.width, PIPE_WIDTH)
    return console
