"""A candidate as a card shows it: in words, pieces and widths, so that the templates need not compute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tweetgen.domain import Outcome, Pending, ReviewState
from tweetgen.store.candidate_search import Place
from tweetgen.web.candidate_json import CandidateOut, PreviewOut, VerdictOut
from tweetgen.web.pages.review_cautions import Caution, caution, cautions
from tweetgen.web.site import Site
from tweetgen.web.times import zone_of

_LONG, _ESSAY = 320, 900  # characters from which a text is shown smaller
_EDITABLE = (ReviewState.PENDING, ReviewState.APPROVED)
_MOMENT = "%a %-d %b, %H:%M"
_INPUT = "%Y-%m-%dT%H:%M"
Piece = tuple[bool, str]


@dataclass(frozen=True)
class Draft:
    """A text that somebody typed and that was not taken."""

    text: str
    #: filters would drop it: asked once more, it is taken
    unconfirmed: bool = False


@dataclass(frozen=True)
class Card:
    """One candidate, and what is shown of it."""

    of: CandidateOut
    zone: str
    now: datetime
    draft: Draft | None = None

    @property
    def place(self) -> str:
        """From where those that come after it are asked for."""
        return str(Place(self.of.skips, self.of.score, self.of.number))

    @property
    def here(self) -> list[Piece]:
        """Its text; marked is what stands in the nearest real post, too."""
        spans = self.of.nearest.shared_here if self.of.nearest else ()
        return list(_pieces(self.of.text, spans))

    @property
    def there(self) -> list[Piece]:
        """The nearest real post; marked is what stands in the text, too."""
        return list(_pieces(self.of.nearest.text, self.of.nearest.shared)) if self.of.nearest else []

    @property
    def blend(self) -> list[tuple[str, float, float]]:
        """Author, share and where it starts, both in percent; the largest first."""
        found, start = [], 0.0
        total = sum(self.of.voice.values()) or 1.0
        for author, share in sorted(self.of.voice.items(), key=lambda item: -item[1]):
            percent = 100 * share / total
            found.append((author, round(percent, 2), round(start, 2)))
            start += percent
        return found

    @property
    def score(self) -> str:
        """All in one number."""
        return f"{self.of.score:.2f}"

    @property
    def scores(self) -> list[tuple[str, str, float]]:
        """Name, number, and the width of its bar in percent."""
        return [(name, f"{one:.2f}", round(100 * min(max(one, 0), 1), 1)) for name, one in self.of.scores.items()]

    @property
    def concerns(self) -> list[VerdictOut]:
        """What filters had to say."""
        return [one for one in self.of.verdicts if one.outcome is not Outcome.KEEP]

    @property
    def kept(self) -> list[VerdictOut]:
        """Filters that found nothing wrong."""
        return [one for one in self.of.verdicts if one.outcome is Outcome.KEEP]

    @property
    def cautions(self) -> list[Caution]:
        """What its destinations say against it."""
        return cautions(self.of.previews)

    @property
    def previews(self) -> list[tuple[PreviewOut, Caution | None]]:
        """What each destination would post, and says against it."""
        return [(one, caution(one)) for one in self.of.previews]

    @property
    def editable(self) -> bool:
        """Whether another text, another time or a reason can be given."""
        return self.of.state in _EDITABLE

    @property
    def age(self) -> str:
        """When it was written."""
        return f"written {_ago(self.now - self.of.created_at)}"

    @property
    def expires(self) -> str:
        """How long it still waits, "" for ever or no longer."""
        if self.of.expires_at is None or self.of.state is not ReviewState.PENDING:
            return ""
        left = self.of.expires_at - self.now
        return f"expires in {_span(left)}" if left > timedelta() else "its time has passed"

    @property
    def standing(self) -> str:
        """What became of it."""
        if self.of.state is ReviewState.APPROVED and self.of.scheduled_for is not None:
            return f"Approved for {local(self.of.scheduled_for, self.zone)} ({self.zone})."
        return {
            ReviewState.APPROVED: "Approved. It is posted at the next free time.",
            ReviewState.REJECTED: "Rejected. It is not posted.",
            ReviewState.EXPIRED: "Expired: nobody decided in time.",
            ReviewState.PLACED: "On its way: it is in the outbox, and nothing can be undone here.",
        }.get(self.of.state, "")

    @property
    def size(self) -> str:
        """How large its text is shown."""
        length = len(self.of.text)
        return "essay" if length > _ESSAY else "long" if length > _LONG else ""

    @property
    def rows(self) -> int:
        """Lines of the box it is edited in."""
        return min(max(3, len(self.of.text) // 60 + self.of.text.count("\n") + 1), 16)

    @property
    def soonest(self) -> str:
        """The first minute it could be scheduled for, as its account's clock shows it."""
        return _clock(self.now + timedelta(minutes=1), self.zone)

    @property
    def suggested(self) -> str:
        """What it is scheduled for, or else the next full hour but one."""
        wanted = self.of.scheduled_for or self.now + timedelta(hours=2)
        return _clock(wanted if self.of.scheduled_for else wanted.replace(minute=0), self.zone)


def cards(site: Site, found: Sequence[Pending], draft: Draft | None = None) -> list[Card]:
    """One for each."""
    now = site.now()
    return [Card(site.desk.shown(one), zone_of(site.app, one.account).key, now, draft) for one in found]


def local(moment: datetime, zone: str) -> str:
    """A moment as a clock there shows it."""
    return moment.astimezone(ZoneInfo(zone)).strftime(_MOMENT)


def _clock(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime(_INPUT)


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in spans:
        if start > at:
            yield False, text[at:start]
        yield True, text[start:end]
        at = end
    if at < len(text):
        yield False, text[at:]


def _ago(since: timedelta) -> str:
    return "just now" if since < timedelta(minutes=1) else f"{_span(since)} ago"


def _span(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    for size, word in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{minutes // size} {word}s"
    return f"{max(minutes, 1)} minutes" if minutes > 1 else "a minute"
