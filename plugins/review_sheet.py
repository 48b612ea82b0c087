"""Review in any spreadsheet: a CSV goes out, is filled in, and is handed back whole, in half, or twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from tweetgen.domain import Decision, Pending
from tweetgen.errors import InputError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Register, ReviewQueue

from ._review.settings import QueueSettings
from ._sheet.answers import Answer, Reader, missing
from ._sheet.dialect import read
from ._sheet.folder import SheetFolder, digest
from ._sheet.rows import NEEDED, sheet
from ._text.weighted import weighted_length

NAME = "sheet"
_MOST_NAMED = 20


@dataclass
class _Handed:
    """A file that came back, and what its rows asked for when it was first read."""

    digest: str
    first: list[Answer]


class SheetQueue:
    """What was decided is told by the store alone: a row about a candidate that has changed since does nothing."""

    class Settings(QueueSettings):
        """Where the sheet is, and what may be written into it."""

        folder: str = "review"
        """A folder in it, named as the account, holds `sheet.csv`, and `back/` to hand filled-in copies back."""
        reviewer: str = Field("sheet", min_length=1)
        """Who is said to have decided."""
        longest: int = Field(280, ge=1)
        """The most characters an edited text may have, counted as X counts."""
        rows: int = Field(1000, ge=1)
        """The most candidates in one sheet, the best first."""
        delimiter: Literal[",", ";", "\t"] = ","
        """What stands between two columns of the sheet; any is understood when it comes back."""
        settle_seconds: float = Field(2, ge=0)
        """How long a file must have been left alone before it is read."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._host = host
        self._folder = SheetFolder(host.base / Path(settings.folder).expanduser() / host.account)
        self._handed: _Handed | None = None

    def submit(self, candidates: Sequence[Pending]) -> None:
        """Put out a sheet of all that waits, unless somebody has written into the one that lies there."""
        self._put_out()

    def decisions(self) -> Iterable[Decision]:
        """What the next file that came back asks for; once that is done or refused, the verdicts are written."""
        file = self._came_back()
        if file is None:
            self._put_out()
            return
        data = file.read_bytes()
        if self._handed is not None and self._handed.digest == digest(data):
            self._finish(file, data, self._handed.first)
            return
        answers = self._answers(file, data)
        if any(answer.decisions for answer in answers):
            self._handed = _Handed(digest(data), answers)
            for answer in answers:
                yield from answer.decisions
        else:
            self._finish(file, data, answers)

    def _came_back(self) -> Path | None:
        settle = timedelta(seconds=self._settings.settle_seconds)
        return self._folder.came_back(self._written(), self._host.now(), settle)

    def _answers(self, file: Path, data: bytes) -> list[Answer]:
        try:
            table = read(data, file.name, NEEDED)
        except InputError as error:
            return [Answer(1, "", f"refused: {error}")]
        host, settings = self._host, self._settings
        reader = Reader(host.queue.get, host.timezone, host.now(), settings.reviewer, weighted_length, settings.longest)
        return reader.answers(table)

    def _finish(self, file: Path, data: bytes, first: Sequence[Answer]) -> None:
        """Say of each row what became of it, and put a new sheet out."""
        answers = [self._judged(answer) for answer in first]
        waiting = self._host.queue.pending(self._settings.rows)
        verdicts = self._folder.finish(file, answers, _remarks(answers, waiting), self._host.now())
        refused = sum(answer.verdict.startswith("refused") for answer in answers)
        log = self._host.log.warning if refused else self._host.log.info
        log("sheet %s: %d rows, %d refused; see %s", file.name, len(answers), refused, verdicts)
        self._handed = None
        self._put_out()

    def _judged(self, answer: Answer) -> Answer:
        """The verdict on a row that asked for something, by what the store made of it."""
        if not answer.decisions:
            return answer
        last = answer.decisions[-1]
        pending = self._host.queue.get(last.number)
        if pending is not None and pending.version > last.version:
            return replace(answer, verdict=f"done: is {pending.state}")
        why = "its time has passed" if pending and _is_over(pending, self._host) else "see the log"
        return replace(answer, verdict=f"refused: the store did not take it ({why})")

    def _put_out(self) -> None:
        """Write what waits now, unless it is written already or somebody's writing is in the way."""
        written, data = self._written(), self._sheet()
        if written == digest(data) and self._folder.holds(written):
            return
        if self._folder.is_free(written):
            self._folder.write(data)
            _, version = self._host.state.get()
            self._host.state.put({"written": digest(data)}, version)

    def _sheet(self) -> bytes:
        waiting = self._host.queue.pending(self._settings.rows)
        return sheet(waiting, self._host.timezone, self._settings.delimiter)

    def _written(self) -> str | None:
        value, _ = self._host.state.get()
        written = value.get("written") if isinstance(value, dict) else None
        return written if isinstance(written, str) else None


def _is_over(pending: Pending, host: Host) -> bool:
    return pending.expires_at is not None and pending.expires_at <= host.now()


def _remarks(answers: Sequence[Answer], waiting: Sequence[Pending]) -> Iterator[str]:
    """What concerns no single row."""
    left = missing(answers, waiting)
    if left:
        named = ", ".join(map(str, left[:_MOST_NAMED])) + (", …" if len(left) > _MOST_NAMED else "")
        yield f"{len(left)} candidates wait that have no row here, and go on waiting: {named}"


@hookimpl
def register_review_queues(register: Register[ReviewQueue]) -> None:
    """Offer a spreadsheet as `sheet`."""
    register(NAME, SheetQueue)
