"""The folder of one account's sheet: what goes out, what comes back, what was done with it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from .._disk.whole import write_whole
from .answers import Answer
from .guarding import guarded

SHEET = "sheet.csv"
_VERDICTS = ".verdicts.csv"


@dataclass(frozen=True)
class SheetFolder:
    """`sheet.csv` goes out; it comes back changed in place or in `back/`, and ends in `done/` with its verdicts."""

    path: Path

    def write(self, data: bytes) -> None:
        """Put a new sheet out. Raises OSError where the disk refuses."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "back").mkdir(exist_ok=True)
        write_whole(self.path / SHEET, data)

    def holds(self, written: str | None) -> bool:
        """Whether the sheet lies there as it was put out."""
        sheet = self.path / SHEET
        return sheet.is_file() and digest(sheet.read_bytes()) == written

    def is_free(self, written: str | None) -> bool:
        """Whether a new sheet may be put out: nobody has written into the old one."""
        return not (self.path / SHEET).exists() or self.holds(written)

    def came_back(self, written: str | None, now: datetime, settle: timedelta) -> Path | None:
        """The first file that came back and has come to rest, None if there is none.

        `written`: the digest of the sheet that we put out: one with another has been filled in by somebody.
        `settle`: how long a file must have been left alone: a program may still be at it.
        """
        for file in self._candidates(written):
            modified = datetime.fromtimestamp(file.stat().st_mtime, now.tzinfo)
            if abs(now - modified) >= settle:
                return file
        return None

    def _candidates(self, written: str | None) -> Iterator[Path]:
        if not self.is_free(written):
            yield self.path / SHEET
        back = self.path / "back"
        if back.is_dir():
            # programs keep locks and half-written copies under names that begin with a dot or a tilde
            yield from sorted(file for file in back.iterdir() if file.is_file() and file.name[0] not in ".~")

    def finish(self, file: Path, answers: Sequence[Answer], remarks: Iterable[str], now: datetime) -> Path:
        """Move a file that came back to `done/`, beside what became of each of its rows; where that stands."""
        done = self.path / "done"
        done.mkdir(exist_ok=True)
        stem = f"{now:%Y%m%dT%H%M%S}-{digest(file.read_bytes())[:6]}-{file.stem}"
        verdicts = done / f"{stem}{_VERDICTS}"
        write_whole(verdicts, _table(answers, remarks))
        file.replace(done / f"{stem}{file.suffix}")
        return verdicts


def digest(data: bytes) -> str:
    """Tells one content of a file from any other."""
    return sha256(data).hexdigest()


def _table(answers: Sequence[Answer], remarks: Iterable[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["row", "number", "verdict"])
    for answer in answers:
        number = answer.number if answer.number.isdecimal() else guarded(answer.number)
        writer.writerow([answer.row, number, guarded(answer.verdict)])
    writer.writerows(["", "", guarded(remark)] for remark in remarks)
    return text.getvalue().encode("utf-8-sig")
