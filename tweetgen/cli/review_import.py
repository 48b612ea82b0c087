"""A filled-in sheet handed over at the command line, whatever the account's own queue is."""

import csv
import logging
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.interfaces import ReviewQueue


def take(instance: Instance, sheet: Path, account: str | None, actor: str) -> None:
    """Decide what the sheet says, show the verdict on each row; exit code 2 where one was refused."""
    from tweetgen.pipeline.review import gather

    app = instance.app
    name = account or _only_account(instance)
    with TemporaryDirectory(prefix="tweetgen-review-") as folder:
        back = Path(folder) / name / "back"
        back.mkdir(parents=True)
        shutil.copyfile(sheet, back / sheet.name)
        queue = _queue(instance, Path(folder), name, actor)
        for _ in range(2):  # the verdicts are known once the store has seen the decisions
            gather(app.store, queue, app.host("review").now(), name)
        (verdicts,) = Path(folder).glob(f"{name}/done/*.verdicts.csv")
        rows = list(csv.reader(verdicts.read_text("utf-8-sig").splitlines()))[1:]
    for row, number, verdict in rows:
        which = f"candidate {number}  " if number else ""
        instance.out.print(f"row {row}  {which}{verdict}" if row else verdict)
    if any(verdict.startswith("refused") for _, _, verdict in rows):
        click.get_current_context().exit(2)


def _queue(instance: Instance, folder: Path, account: str, actor: str) -> "ReviewQueue":
    offer = instance.app.plugins.review_queues.get("sheet")
    settings = offer.settings(folder=str(folder), reviewer=actor, settle_seconds=0)
    # a state of its own: the account's queue may keep a sheet too
    host = instance.app.host("review_import", account)
    host.log.setLevel(logging.CRITICAL)  # its remark names a file that is gone in a moment
    return offer.make(settings, host)


def _only_account(instance: Instance) -> str:
    accounts = list(instance.app.accounts)
    if len(accounts) != 1:
        raise click.UsageError("say whose sheet it is: tweetgen review --account A import SHEET")
    return accounts[0]
