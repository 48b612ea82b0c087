"""The nouns of tweetgen as frozen dataclasses; every other module speaks in these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Kind(StrEnum):
    """What a post is in its conversation."""

    #: written from scratch
    ORIGINAL = "original"
    #: an answer to somebody's post
    REPLY = "reply"
    #: somebody else's words passed on
    REPOST = "repost"
    #: own words about somebody's post
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Post:
    """One text by one author, raw as its source gave it; cleaning happens when it is read for training."""

    author: str
    text: str
    #: unique within `source`; a source without ids of its own takes a digest of author and text
    id: str
    #: the name of the source that brought it, e.g. "jsonl"
    source: str
    #: when it was written (timezone-aware), or None where nobody knows
    created_at: datetime | None = None
    kind: Kind = Kind.ORIGINAL
    #: the text this one answers, when known
    reply_to: str | None = None
    #: further labels by name, e.g. {"lang": "en"}
    labels: Mapping[str, str] = field(default_factory=dict)
    #: where exactly it came from, for a person: a path with a line, a URL
    provenance: str = ""
    #: False where it may be kept but must not be learnt from
    trainable: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text the network wrote, with all that is needed to write it again."""

    text: str
    #: shares by author, summing to 1; empty = written as nobody
    voice: Mapping[str, float]
    #: the weights file's name
    model: str
    seed: int
    temperature: tuple[float, ...]
    #: True if it came to its own end, False if it was cut at the longest length allowed
    complete: bool
    #: natural-log likelihood under its own voice, end of post included where reached
    log_likelihood: float


class Outcome(StrEnum):
    """What a filter says to a candidate."""

    #: as it is
    KEEP = "keep"
    #: in other words: `Verdict.text`
    REWRITE = "rewrite"
    #: not at all
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One filter's judgement of one candidate, always with a reason that a person understands."""

    #: the filter's name, as the account file spells it
    filter: str
    outcome: Outcome
    reason: str
    #: the new text where it was rewritten, else None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The real post that a text is most like."""

    text: str
    author: str
    #: length of the longest run of words that both share
    shared_words: int
    #: share of 5-character runs in common, 0 to 1
    likeness: float


class ReviewState(StrEnum):
    """Where a candidate stands between the network and the outbox."""

    #: waits for somebody
    PENDING = "pending"
    #: in the pool that slots take from
    APPROVED = "approved"
    #: somebody said no
    REJECTED = "rejected"
    #: its time passed before anybody decided; never an approval
    EXPIRED = "expired"
    #: a slot took it: its rows are in the outbox, nothing can be undone here
    PLACED = "placed"


class Action(StrEnum):
    """What a reviewer, a rule or the service did to a candidate; one line each in the audit log."""

    SUBMIT = "submit"
    APPROVE = "approve"
    #: another text; the candidate is pending again
    EDIT = "edit"
    REJECT = "reject"
    #: later, not now
    SKIP = "skip"
    #: approved, for one moment
    SCHEDULE = "schedule"
    UNDO = "undo"
    EXPIRE = "expire"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Pending:
    """A candidate in review, as queues and reviewers see it."""

    #: in the store
    number: int
    account: str
    #: rises with every change; a decision names the version it was made on, and a stale one is refused
    version: int
    state: ReviewState
    #: as it would be posted; where it was edited, not what the network wrote
    text: str
    candidate: Candidate
    #: by the score's name: author, fluency, novelty, variety; higher is better
    scores: Mapping[str, float]
    #: all of them in one number; the best is shown first
    score: float
    verdicts: tuple[Verdict, ...]
    nearest: Nearest | None
    #: sent to review at random, whatever its score, so that a ranker has something to learn from
    at_random: bool
    created_at: datetime
    expires_at: datetime | None
    #: the slot it was approved for, None for the next free one
    scheduled_for: datetime | None = None
    #: how often somebody said "later"; those come last
    skips: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody wants done with a candidate; refused where its version is no longer the newest."""

    number: int
    version: int
    action: Action
    #: who: a person's name, or a rule's
    actor: str
    #: the queue or page it came through, such as "inbox"
    via: str
    reason: str = ""
    #: the new text of an edit
    text: str | None = None
    #: when it shall be posted (timezone-aware); with SCHEDULE only
    scheduled_for: datetime | None = None


class SlotState(StrEnum):
    """What became of a moment at which an account was to post."""

    #: not yet due, or due and waiting for a text
    OPEN = "open"
    #: its rows are in the outbox
    FILLED = "filled"
    #: passed without a post; the slot's reason says why
    MISSED = "missed"
    #: moved to another moment; stays as a tombstone, so that it is not made again
    MOVED = "moved"
    #: taken out by a person
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment at which a step of an account is due; named by what makes it unique, so that it is made once."""

    number: int
    account: str
    #: "post", "collect" or "train"
    step: str
    #: local wall time for times of day and cron, UTC instant for `every`, a uuid when made by hand, for a text that
    #: was approved for one moment its candidate
    key: str
    due_at: datetime
    state: SlotState
    reason: str = ""


class SendState(StrEnum):
    """States of a row of the outbox, each committed to disk before anything that depends on it happens."""

    #: may be sent from `not_before` on
    READY = "ready"
    #: an owner holds the lease; bytes may have left
    SENDING = "sending"
    #: the destination has it
    SENT = "sent"
    #: the destination does not want it; a dead letter
    FAILED = "failed"
    #: surely not sent; ready again from `not_before` on
    RETRY = "retry"
    #: nobody knows whether it arrived; never sent again before that is known
    UNKNOWN = "unknown"
    #: only a person can tell whether it arrived
    NEEDS_HUMAN = "needs_human"
    #: given up by a person before it was sent
    CANCELLED = "cancelled"
    #: its time passed before it could be sent
    EXPIRED = "expired"
    #: was sent, then deleted at the destination
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text on its way to one destination."""

    account: str
    text: str
    #: idempotency key: the same for every attempt, unique in the world
    key: str
    #: when the first attempt was committed to disk; the same for every attempt
    intent_at: datetime
    #: 1 for the first
    attempt: int
    #: of a thread, from 0; `after` is the receipt of the part before
    part: int = 0
    after: "Receipt | None" = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A destination's word that it has a text."""

    #: the destination's own name for it, "" where it has none
    id: str = ""
    url: str = ""
    #: whatever else is worth keeping
    details: Mapping[str, Json] = field(default_factory=dict)


class Severity(StrEnum):
    """How urgently a person should hear of an event."""

    INFO = "info"
    WARNING = "warning"
    #: nothing goes on until somebody acts
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and that somebody may want to hear of."""

    #: what it is, such as "candidate_pending", "queue_dry", "step_failed", "login", "dead_letter", "unknown"
    kind: str
    #: empty: the whole instance
    account: str
    severity: Severity
    #: one line for a person: what happened, to which thing, what to do
    message: str
    #: the same for the same trouble; observers are told once until it ends
    cause: str
    at: datetime
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    #: what was looked at
    about: str
    ok: bool
    #: one line; where it is not ok, what to do stands at its end
    told: str


class Role(IntEnum):
    """What somebody may do on the pages; each may do all that the one before may."""

    #: looks at everything, changes nothing
    VIEWER = 1
    #: decides about candidates, votes, lets the network write
    REVIEWER = 2
    #: moves slots, pauses, settles what the outbox could not
    PUBLISHER = 3
    #: purges posts, lets people in
    ADMIN = 4

    @property
    def word(self) -> str:
        """As people write it."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Role":
        """The role of that word. Raises KeyError."""
        return cls[word.upper()]
