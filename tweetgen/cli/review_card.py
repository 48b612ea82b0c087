"""One candidate as a reviewer sees it: the text first, then all that helps to decide, cut to the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tweetgen.cli.interactive import harmless
from tweetgen.domain import Outcome, Pending, Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

KEYS = "a approve · e edit · x reject · space later · s schedule · u undo · v whole text · ? help · q quit"
_FEW_KEYS = "a e x space s u v · ? help · q quit"  # for a narrow terminal
_MOST_KEY_LINES = 2
_LEAST_LINES = 3  # of the text, before any detail is shown
_ROOMY = 12  # lines of a terminal that has some to waste


@dataclass(frozen=True, slots=True)
class View:
    """What stands on the screen besides the candidate."""

    position: int
    total: int
    #: what became of the last key
    message: str
    now: datetime
    #: the text's length as its platform counts it, in words; "" where nobody counts
    length: str = ""
    #: of the text as it is now, where it was edited; None: as they were
    verdicts: Sequence[Verdict] | None = None
    #: what its destinations say about it
    remarks: Sequence[str] = ()


def card(screen: "Console", pending: Pending, view: View) -> str:
    """The whole screen as the terminal takes it: never more lines than it has."""
    from rich.text import Text

    few = max(1, screen.height // 4)  # lines that may go to anything but the text, on a small terminal
    keys = _wrapped(screen, Text(KEYS, style="dim"))
    if len(keys) > _MOST_KEY_LINES:
        keys = _wrapped(screen, Text(_FEW_KEYS, style="dim"))[:few]
    said = _wrapped(screen, Text(harmless(view.message), style="bold yellow"))[:few] if view.message else []
    head = _wrapped(screen, _head(pending, view))[:few]
    gap = [Text()] if screen.height >= _ROOMY else []
    rest = screen.height - len(head) - len(keys) - len(said) - 2 * len(gap)
    below = [line for part in _details(pending, view) for line in _wrapped(screen, part)]
    below = below[: max(0, rest - _LEAST_LINES)]
    text = _text(screen, pending.text, max(1, rest - len(below)))
    lines = [*head, *gap, *text, *gap, *below, *said, *keys]
    return _drawn(screen, lines[: screen.height])


def nothing(screen: "Console", message: str) -> str:
    """The screen of somebody who is through."""
    from rich.text import Text

    lines = [Text("Nothing waits for review.", style="bold"), Text(harmless(message)), Text("u undo · q quit", "dim")]
    return _drawn(screen, [line for part in lines for line in _wrapped(screen, part)])


def leaves(screen: "Console", text: str) -> list[str]:
    """A text too long for the screen, as many screens of it as it takes."""
    from rich.text import Text

    lines = _wrapped(screen, Text(harmless(text)))
    height = max(1, screen.height - 1)
    cuts = range(0, len(lines), height)
    foot = Text("any key: on · q back", style="dim")
    return [_drawn(screen, [*lines[cut : cut + height], foot]) for cut in cuts]


def _head(pending: Pending, view: View) -> "Text":
    from rich.text import Text

    head = Text(f"{view.position:,} of {view.total:,}", style="bold")
    head.append(f"  {harmless(pending.account)} · candidate {pending.number}", style="not bold dim")
    if pending.version > 1:
        head.append(f" · version {pending.version}", style="not bold dim")
    return head


def _text(screen: "Console", text: str, most: int) -> "list[Text]":
    """The text's first lines; the last says how much is left out."""
    from rich.text import Text

    # no more than can be shown is worth wrapping
    shown = text[: screen.width * most + 1]
    lines = _wrapped(screen, Text(harmless(shown)))
    if len(lines) <= most and len(shown) == len(text):
        return lines
    return [*lines[: most - 1], Text(f"… of {len(text):,} characters; v shows them all", style="dim")]


def _details(pending: Pending, view: View) -> "list[Text]":
    scores = " · ".join(f"{name} {score:.2f}" for name, score in pending.scores.items())
    verdicts = pending.verdicts if view.verdicts is None else view.verdicts
    parts = [
        ("score", f"{pending.score:.2f}" + (f"  ({scores})" if scores else "")),
        ("length", view.length),
        *(("goes to", remark) for remark in view.remarks),
        ("nearest", _nearest(pending)),
        *(("filter", f"{one.filter}: {one.outcome}, {one.reason}") for one in verdicts if _is_worth_saying(one)),
        ("", _remarks(pending, view)),
    ]
    return [_labelled(label, content) for label, content in parts if content]


def _is_worth_saying(verdict: Verdict) -> bool:
    return verdict.outcome is not Outcome.KEEP


def _nearest(pending: Pending) -> str:
    nearest = pending.nearest
    if nearest is None:
        return "none is near"
    shared = f"{nearest.shared_words} words in a row shared, {nearest.likeness:.0%} alike"
    return f"{' '.join(nearest.text.split())} – {nearest.author} ({shared})"


def _remarks(pending: Pending, view: View) -> str:
    remarks = []
    if pending.at_random:
        remarks.append("drawn at random, whatever its score")
    if pending.skips:
        remarks.append(f"left for later {pending.skips}×")
    if pending.expires_at is not None:
        hours = (pending.expires_at - view.now).total_seconds() / 3600
        remarks.append(f"expires in {hours / 24:.0f} days" if hours >= 48 else f"expires in {hours:.0f} hours")
    return " · ".join(remarks)


def _labelled(label: str, content: str) -> "Text":
    from rich.text import Text

    line = Text(f"{label:<8} " if label else "", style="dim")
    line.append(harmless(content), style="not dim")
    return line


def _wrapped(screen: "Console", text: "Text") -> "list[Text]":
    return list(text.wrap(screen, screen.width, overflow="fold"))


def _drawn(screen: "Console", lines: "Sequence[Text]") -> str:
    with screen.capture() as captured:
        for line in lines[:-1]:
            screen.print(line, end="\n", no_wrap=True, crop=True)
        screen.print(lines[-1], end="", no_wrap=True, crop=True)
    return captured.get()
