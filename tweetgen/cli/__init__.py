"""The command line: one lazy group, the one place where errors become a line and an exit code."""

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from tweetgen.cli import added
from tweetgen.cli.instance import Instance
from tweetgen.errors import ConfigError, TweetgenError, suggestion

#: every command in the order of the story; a line here equals the command's own short help, so that listing
#: them imports none of them
COMMANDS = {
    "init": "Write a new instance that works at once",
    "config": "Check, show and describe the configuration",
    "plugins": "List the plugins and their settings",
    "accounts": "List the accounts, their state and their next posts",
    "doctor": "Look whether everything is in order, with a remedy for what is not",
    "import": "Bring in the posts of one file",
    "collect": "Bring in what is new from every source",
    "corpus": "Show, search or purge the collected posts",
    "train": "Teach the shared model the voices of its authors",
    "generate": "Write candidates as an author, a blend or nobody",
    "filter": "Try texts on an account's filters, every verdict explained",
    "evaluate": "Measure a model: bits per character, attribution, novelty",
    "tune": "Find the way of writing that comes nearest to real posts",
    "report": "Say whether a model is good, and what to do next",
    "models": "List the models and what each was learnt from",
    "review": "Approve, edit or reject what was written",
    "web": "Review, play and look around in a browser",
    "users": "Say who may enter the pages, and what programs of theirs may do",
    "serve": "Run the service: collect, train, write, review and post",
    "status": "Show what the service did, what failed and what is next",
    "slots": "Show what is due and what was missed; add, move, cancel",
    "outbox": "Look at what is sent; retry, give up, or say that it landed",
    "pause": "Stop accounts from posting, at once",
    "resume": "Let paused accounts post again",
    "backup": "Copy the database into a file, also while the service runs",
    "restore": "Put a backup of the database in its place",
    "demo": "Train on three invented voices and write as each of them",
}

INTERRUPTED = 130
COMPLETION = "_TWEETGEN_COMPLETE"

_REMEDIES = {
    errno.ENOSPC: "free some space, then run it again",
    errno.EDQUOT: "free some space, then run it again",
    errno.EACCES: "check its permissions",
    errno.EROFS: "choose a place that may be written to",
    errno.ENOENT: "check the spelling, and that its folder is there",
    errno.EISDIR: "name a file",
}

EPILOG = """\b
Begin:
  tweetgen demo                         three invented voices, in seconds
  tweetgen init mybot && cd mybot       an instance of your own
  tweetgen import posts.jsonl           or the posts you already have
  tweetgen train && tweetgen generate

\b
Shell completion: put this line in ~/.bashrc (bash, 4.4 or newer)
  eval "$(_TWEETGEN_COMPLETE=bash_source tweetgen)"
in ~/.zshrc (zsh)
  eval "$(_TWEETGEN_COMPLETE=zsh_source tweetgen)"
or in ~/.config/fish/completions/tweetgen.fish (fish)
  _TWEETGEN_COMPLETE=fish_source tweetgen | source
"""


class Story(click.Group):
    """A group whose commands are files of this folder, or plugins'; each is imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *_added(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return added.load(cmd_name, _folder(ctx), COMMANDS) if cmd_name in _added(ctx) else None
        module = "import_" if cmd_name == "import" else cmd_name
        command: click.Command = import_module(f"{__name__}.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            names = self.list_commands(ctx)
            if name not in names:
                ctx.fail(f"no such command {name!r}: {suggestion(name, names, most=len(names))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        if found := _added(ctx):
            with formatter.section("Commands of plugins"):
                formatter.write_dl(list(found.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        lines = {**_added(ctx), **COMMANDS}
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        return [CompletionItem(name, help=lines[name]) for name in names]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:  # before click answers it with an empty line and code 1
            raise Interrupted("stopped") from error


def _added(ctx: click.Context) -> dict[str, str]:
    """What plugins add, with a line on each; what has a name of ours is refused when it is loaded."""
    return {name: line for name, line in added.listed(_folder(ctx)).items() if name not in COMMANDS}


def _folder(ctx: click.Context) -> Path | None:
    """The instance's, as far as it was given."""
    folder = ctx.params.get("folder")
    return folder if isinstance(folder, Path) else None


class Interrupted(TweetgenError):
    """Ctrl-C."""

    exit_code = INTERRUPTED


@click.group(
    cls=Story,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--instance",
    "folder",
    metavar="DIR",
    envvar="TWEETGEN_INSTANCE",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The instance's folder. Default: the nearest one upwards with a config.yaml, "
    "else the current folder with built-in settings.",
)
@click.version_option(package_name="tweetgen")
@click.pass_context
def command(ctx: click.Context, folder: Path | None) -> None:
    """Short posts in the voice of any author, or of a blend, from one small network of your own."""
    ctx.obj = Instance(folder)
    ctx.call_on_close(ctx.obj.close)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code: 0, 2 for an error told in one line, 130 for Ctrl-C."""
    try:
        _escape_what_cannot_be_shown()
        code = _run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _fail("stopped", INTERRUPTED)
    except OSError as error:  # only the flush: _run has told of any other
        code = _reader_gone() if isinstance(error, BrokenPipeError) else _fail(_describe(error), 2)
    sys.exit(code)


def _run(args: Sequence[str] | None) -> int:
    try:
        code = command.main(args, prog_name="tweetgen", complete_var=COMPLETION, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except ConfigError as error:
        return _fail("\n".join(error.problems), error.exit_code)
    except TweetgenError as error:
        return _fail(str(error), error.exit_code)
    except click.Abort as abort:
        return _fail("stopped", INTERRUPTED if _was_interrupted(abort) else 1)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _fail(_describe(error), 2)


def _fail(message: str, code: int) -> int:
    for line in message.splitlines() or [""]:
        click.echo(f"tweetgen: {line}", err=True)
    return code


def _describe(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    told = f"{error.filename}: {reason}" if error.filename else reason
    return f"{told}; {remedy}" if (remedy := _REMEDIES.get(error.errno or 0)) else told


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether a click.Abort comes from Ctrl-C at a prompt, rather than from a "no" or the end of input."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reader_gone() -> int:
    """`tweetgen … | head`: say nothing, not even in Python's own flush at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _escape_what_cannot_be_shown() -> None:
    """A terminal or pipe that is not UTF-8 gets an escape instead of a crash for an emoji."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
