"""`tweetgen filter`: what each filter of an account says to a text, and why."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.domain import Candidate
    from tweetgen.pipeline.filter import Judged

DROPPED = 1


@click.command(short_help="Try texts on an account's filters, every verdict explained")
@click.argument("text")
@click.option("--account", metavar="NAME", help="Whose filters. Default: those of an account that names none.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a text.")
@click.pass_obj
def command(instance: Instance, text: str, account: str | None, as_json: bool) -> int:
    """Try TEXT on an account's filters, in their order; with - for TEXT, each line of the standard input.

    Every filter is asked, even after one has dropped the text. Exit code 0: kept; 1: dropped, or one of the lines.

    \b
    Examples:
      tweetgen filter "the goat is king of the mountain" --account goats
      tweetgen filter --json - < candidates.txt
    """
    from tweetgen.pipeline.filter import judge
    from tweetgen.pipeline.index import FOLDER, keep_up_if_free

    app = instance.app
    filters = app.filters(account or "")
    keep_up_if_free(app.store, app.state / FOLDER)
    code = 0
    for line in _texts(text):
        judged = judge(_candidate(line), filters, explain=True)
        code = code if judged.kept else DROPPED
        if as_json:
            click.echo(json.dumps(_as_json(line, judged), ensure_ascii=False))
        else:
            _print(instance, line, judged)
    return code


def _texts(text: str) -> Iterable[str]:
    """The text itself, or the lines of the standard input that are not blank."""
    if text != "-":
        return [text]
    lines = (line.decode("utf-8", "replace").rstrip("\r\n") for line in sys.stdin.buffer)
    return (line for line in lines if line.strip())


def _candidate(text: str) -> "Candidate":
    """A text as if a network had written it."""
    from tweetgen.domain import Candidate

    return Candidate(text, voice={}, model="", seed=0, temperature=(), complete=True, log_likelihood=0.0)


def _as_json(text: str, judged: "Judged") -> dict[str, Any]:
    verdicts = [asdict(verdict) for verdict in judged.verdicts]
    return {"text": text, "kept": judged.kept, "becomes": judged.candidate.text, "verdicts": verdicts}


def _print(instance: Instance, text: str, judged: "Judged") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("filter", "verdict", "reason"):
        table.add_column(heading, overflow="fold")
    for verdict in judged.verdicts:
        table.add_row(verdict.filter, str(verdict.outcome), verdict.reason)
    instance.out.print(text)
    instance.out.print(table)
    instance.out.print(f"kept: {judged.candidate.text}\n" if judged.kept else "dropped\n")
