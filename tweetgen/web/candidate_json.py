"""A candidate as programs and our own pages read it."""

from datetime import datetime

from pydantic import BaseModel

from tweetgen.corpus.shared import shared_runs
from tweetgen.domain import Action, Nearest, Outcome, Pending, ReviewState, Verdict
from tweetgen.pipeline.preview import Preview
from tweetgen.store import Entry


class VerdictOut(BaseModel):
    """What one filter says to the text."""

    filter: str
    outcome: Outcome
    reason: str
    #: what it made of the text, where it rewrote it
    text: str | None

    @classmethod
    def of(cls, verdict: Verdict) -> "VerdictOut":
        """A verdict to be shown."""
        return cls.model_construct(
            filter=verdict.filter, outcome=verdict.outcome, reason=verdict.reason, text=verdict.text
        )


class NearestOut(BaseModel):
    """The real post that the text is most like."""

    author: str
    text: str
    #: length of the longest run of words that both share
    shared_words: int
    #: share of runs of 5 characters in common, 0 to 1
    likeness: float
    #: where runs of three words and more that both share start and end in this post, in code points
    shared: list[tuple[int, int]]
    #: the same in the candidate's text
    shared_here: list[tuple[int, int]]

    @classmethod
    def of(cls, nearest: Nearest, text: str) -> "NearestOut":
        """`text`: the candidate's."""
        here, there = shared_runs(text, nearest.text)
        return cls.model_construct(
            author=nearest.author,
            text=nearest.text,
            shared_words=nearest.shared_words,
            likeness=nearest.likeness,
            shared=there,
            shared_here=here,
        )


class PreviewOut(BaseModel):
    """What one destination would publish."""

    destination: str
    plugin: str
    text_parts: list[str]
    #: the whole text as it is counted there
    weighted: int
    #: the most that one part may have, null for any length
    limit: int | None
    unit: str
    fits: bool
    #: such as the price of a link
    warning: str | None

    @classmethod
    def of(cls, found: Preview) -> "PreviewOut":
        """A preview to be shown."""
        return cls.model_construct(
            destination=found.destination,
            plugin=found.plugin,
            text_parts=list(found.parts),
            weighted=found.length,
            limit=found.limit,
            unit=found.unit,
            fits=found.fits,
            warning="; ".join(found.warnings) or None,
        )


class CandidateOut(BaseModel):
    """A candidate with all that helps to decide about it."""

    number: int
    #: rises with every change; a decision names the version it was made on
    version: int
    account: str
    state: ReviewState
    text: str
    #: shares by author
    voice: dict[str, float]
    model: str
    seed: int
    temperature: list[float]
    complete: bool
    score: float
    scores: dict[str, float]
    at_random: bool
    #: why it was chosen, in a sentence
    why: str
    verdicts: list[VerdictOut]
    nearest: NearestOut | None
    previews: list[PreviewOut]
    skips: int
    created_at: datetime
    expires_at: datetime | None
    scheduled_for: datetime | None
    remarks: list[str]


class CandidatesOut(BaseModel):
    """A page of them."""

    items: list[CandidateOut]
    #: what to give as `after` for the next page, null where this is the last
    next: str | None


class DecisionOut(BaseModel):
    """One row of the audit log."""

    number: int
    at: datetime
    #: the candidate's version after it
    version: int
    action: Action
    actor: str
    via: str
    reason: str
    #: the text after it
    text: str
    state_before: ReviewState | None
    state_after: ReviewState
    scheduled_for: datetime | None

    @classmethod
    def of(cls, entry: Entry) -> "DecisionOut":
        """A row to be shown."""
        return cls.model_construct(**{name: getattr(entry, name) for name in cls.model_fields})


class PreviewsOut(BaseModel):
    """What would become of a text."""

    previews: list[PreviewOut]
    verdicts: list[VerdictOut]


def candidate_out(
    pending: Pending, why: str, verdicts: list[Verdict], previews: list[Preview], remarks: list[str]
) -> CandidateOut:
    """A candidate to be shown; nothing of it is checked again."""
    nearest = pending.nearest
    return CandidateOut.model_construct(
        number=pending.number,
        version=pending.version,
        account=pending.account,
        state=pending.state,
        text=pending.text,
        voice=dict(pending.candidate.voice),
        model=pending.candidate.model,
        seed=pending.candidate.seed,
        temperature=list(pending.candidate.temperature),
        complete=pending.candidate.complete,
        score=pending.score,
        scores=dict(pending.scores),
        at_random=pending.at_random,
        why=why,
        verdicts=[VerdictOut.of(one) for one in verdicts],
        nearest=None if nearest is None else NearestOut.of(nearest, pending.text),
        previews=[PreviewOut.of(one) for one in previews],
        skips=pending.skips,
        created_at=pending.created_at,
        expires_at=pending.expires_at,
        scheduled_for=pending.scheduled_for,
        remarks=remarks,
    )
