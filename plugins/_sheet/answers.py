"""What a row that came back asks for, and what becomes of it, in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tweetgen.domain import Action, Decision, Pending, ReviewState

from .dialect import Table
from .guarding import unguarded
from .rows import check

VIA = "sheet"
_WORDS = {
    **dict.fromkeys(("approve", "approved", "a", "yes", "y", "ok"), Action.APPROVE),
    **dict.fromkeys(("reject", "rejected", "r", "no", "n"), Action.REJECT),
    **dict.fromkeys(("skip", "later"), Action.SKIP),
    "edit": Action.EDIT,
    "schedule": Action.SCHEDULE,
}
_OUTCOMES = {
    Action.APPROVE: ReviewState.APPROVED,
    Action.SCHEDULE: ReviewState.APPROVED,
    Action.REJECT: ReviewState.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One row that came back."""

    #: in the file, from 2: the header is row 1
    row: int
    #: as it stands there
    number: str
    verdict: str
    #: what is to be done, in order; empty where there is nothing, or nothing can be done
    decisions: tuple[Decision, ...] = ()


class Unclear(ValueError):
    """A row that cannot be followed; the message is its verdict."""


@dataclass(frozen=True)
class Reader:
    """Turns rows into answers, by what the store says about each candidate now."""

    get: Callable[[int], Pending | None]
    zone: ZoneInfo
    now: datetime
    actor: str
    #: how long a text is, as its limit counts
    length: Callable[[str], int]
    longest: int

    def answers(self, table: Table) -> list[Answer]:
        """One for each row, in order."""
        seen: dict[str, tuple[int, dict[str, str]]] = {}
        found = []
        doubtful = _contradicted(table.rows)
        for row, cells in enumerate(table.rows, 2):
            number = cells.get("number", "").strip()
            if number in doubtful:
                found.append(Answer(row, number, "refused: this number stands here twice with different contents"))
            elif number and number in seen:
                found.append(Answer(row, number, f"the same as row {seen[number][0]}"))
            else:
                seen[number] = (row, cells)
                found.append(self._answer(row, number, cells, table.trusted))
        return found

    def _answer(self, row: int, number: str, cells: dict[str, str], trusted: bool) -> Answer:
        try:
            decisions, verdict = self._decided(number, cells, trusted)
        except Unclear as unclear:
            return Answer(row, number, f"refused: {unclear}")
        return Answer(row, number, verdict, tuple(decisions))

    def _decided(self, number: str, cells: dict[str, str], trusted: bool) -> tuple[list[Decision], str]:
        if not cells.get("check", "").strip():
            raise Unclear("the row is cut off")
        pending = self._candidate(number)
        word = cells["decision"].strip().casefold()
        text = _text(cells["text"], pending.text)
        action = _action(word, cells)
        version = _whole(cells["version"], "version")
        if version != pending.version:
            return self._later(pending, version, action, text)
        if (given := cells["check"].strip()) != (known := check(pending)):
            if known.startswith(given):
                raise Unclear("the row is cut off")
            raise Unclear("its check does not fit its number and version: were columns sorted one without the other?")
        changed = text != pending.text
        if action is None:
            if changed:
                raise Unclear("its text was changed, but there is no decision: write edit, or approve")
            return [], "left as it is"
        if changed and action in (Action.APPROVE, Action.SCHEDULE, Action.EDIT):
            self._allow_edit(pending, text, trusted)
        return list(self._steps(pending, action, text if changed else None, cells)), ""

    def _candidate(self, number: str) -> Pending:
        pending = self.get(_whole(number, "number"))
        if pending is None:
            raise Unclear("there is no candidate of this number in this account")
        return pending

    def _later(self, pending: Pending, version: int, action: Action | None, text: str) -> tuple[list[Decision], str]:
        """A row about a candidate that has changed since the sheet was written."""
        if action is None:
            return [], f"is {pending.state} by now"
        half_done = pending.version == version + 1 and pending.state is ReviewState.PENDING and pending.text == text
        if half_done and action is Action.APPROVE:  # of an edit and an approval only the edit was taken, in a crash
            return [self._decision(pending, Action.APPROVE)], ""
        if _OUTCOMES.get(action) is pending.state or (action is Action.EDIT and pending.text == text):
            return [], f"is {pending.state} already"
        raise Unclear(f"it has changed since, and is {pending.state} now (version {pending.version})")

    def _allow_edit(self, pending: Pending, text: str, trusted: bool) -> None:
        if not text.strip():
            raise Unclear("its text is empty: write reject instead")
        if not trusted or text in _losses(pending.text):
            raise Unclear("its text lost characters when the sheet was saved: save it as CSV UTF-8")
        if (length := self.length(text)) > self.longest:
            raise Unclear(f"its text was edited past the limit: {length} of {self.longest} characters")

    def _steps(self, pending: Pending, action: Action, text: str | None, cells: dict[str, str]) -> Iterator[Decision]:
        reason = unguarded(cells.get("reason", "")).strip()
        if action is Action.EDIT and text is None:
            raise Unclear("to be edited, but its text is the old one")
        version = pending.version
        if text is not None and action in (Action.APPROVE, Action.SCHEDULE, Action.EDIT):
            yield self._decision(pending, Action.EDIT, reason=reason, text=text)
            version += 1
        if action is Action.SCHEDULE:
            yield self._decision(pending, action, version, reason, when=self._when(cells.get("when", "")))
        elif action is not Action.EDIT:
            yield self._decision(pending, action, version, reason)

    def _when(self, cell: str) -> datetime:
        try:
            moment = datetime.fromisoformat(unguarded(cell).strip())
        except ValueError:
            raise Unclear(f"its time {cell!r} cannot be read: write it as 2026-03-01 18:30") from None
        moment = moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment
        if moment <= self.now:
            raise Unclear(f"its time {cell.strip()} has passed")
        return moment

    def _decision(
        self,
        pending: Pending,
        action: Action,
        version: int | None = None,
        reason: str = "",
        text: str | None = None,
        when: datetime | None = None,
    ) -> Decision:
        seen = pending.version if version is None else version
        return Decision(pending.number, seen, action, self.actor, VIA, reason, text, when)


def missing(rows: Sequence[Answer], waiting: Sequence[Pending]) -> list[int]:
    """The candidates that wait and have no row."""
    named = {answer.number for answer in rows}
    return [pending.number for pending in waiting if str(pending.number) not in named]


def _contradicted(rows: Sequence[dict[str, str]]) -> set[str]:
    """The numbers of rows that stand there twice and do not say the same."""
    first: dict[str, dict[str, str]] = {}
    return {
        number
        for cells in rows
        if (number := cells.get("number", "").strip()) and first.setdefault(number, cells) != cells
    }


def _action(word: str, cells: dict[str, str]) -> Action | None:
    if not word:
        return None
    if word not in _WORDS:
        raise Unclear(f"unknown decision {word!r}: write approve, reject, edit, schedule, skip, or nothing")
    timed = bool(cells.get("when", "").strip())
    return Action.SCHEDULE if timed and _WORDS[word] is Action.APPROVE else _WORDS[word]


def _text(cell: str, known: str) -> str:
    """The text of a cell, in the line breaks of the text we know: programs write others."""
    text = unguarded(cell)
    return known if text.splitlines() == known.splitlines() else text.replace("\r\n", "\n")


def _losses(text: str) -> set[str]:
    """What is left of a text in encodings that do not hold all of it: a question mark for each character lost."""
    left = {text.encode(encoding, "replace").decode(encoding) for encoding in ("ascii", "cp1252", "latin-1")}
    return left - {text}


def _whole(cell: str, name: str) -> int:
    digits = cell.strip()
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        raise Unclear(f"its {name} {cell!r} is no number")
    return int(digits)
