"""What every command is given: the opened instance and the two consoles."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from tweetgen.app import App

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
