"""Candidates to rows and back."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from tweetgen.domain import Candidate, Nearest, Outcome, Pending, ReviewState, Verdict
from tweetgen.errors import InputError
from tweetgen.store.rows import repair


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """A text that goes to review."""

    account: str
    #: as the network wrote it
    candidate: Candidate
    #: as it would be posted: what the filters made of it
    text: str
    #: by the score's name; higher is better
    scores: Mapping[str, float]
    #: all of them in one number
    score: float
    verdicts: tuple[Verdict, ...] = ()
    nearest: Nearest | None = None
    #: sent to review at random, whatever its score
    at_random: bool = False
    #: None: waits for ever
    expires_at: datetime | None = None


def text_hash(text: str) -> str:
    """SHA-256 of a text as UTF-8, hexadecimal: what is sent must match what was approved."""
    return sha256(text.encode()).hexdigest()


def to_row(new: NewCandidate, now: datetime) -> dict[str, Any]:
    """The columns of a candidate that comes to review.

    Raises `InputError` for an empty text or a score that is no number.
    """
    what = f"candidate for account {new.account}"
    text = repair(new.text)
    if not text.strip():
        raise InputError(what, "its text is empty", "let a filter drop it")
    for name, score in {**new.scores, "score": new.score}.items():
        if not math.isfinite(score):
            raise InputError(what, f"its {name} is {score}, no number", "mend what scored it")
    return {
        "account": repair(new.account),
        "version": 1,
        "state": ReviewState.PENDING.value,
        "text": text,
        "text_hash": text_hash(text),
        "written": _written(new.candidate),
        "scores": {repair(name): float(score) for name, score in new.scores.items()},
        "score": float(new.score),
        "verdicts": [_verdict(verdict) for verdict in new.verdicts],
        "nearest": None if new.nearest is None else _nearest(new.nearest),
        "at_random": new.at_random,
        "skips": 0,
        "submitted_at": None,
        "created_at": now,
        "expires_at": new.expires_at,
        "scheduled_for": None,
        "decided_at": None,
    }


def from_row(row: Row[Any]) -> Pending:
    """The candidate in a row of the table."""
    return Pending(
        number=row.number,
        account=row.account,
        version=row.version,
        state=ReviewState(row.state),
        text=row.text,
        candidate=Candidate(**{**row.written, "temperature": tuple(row.written["temperature"])}),
        scores=row.scores,
        score=row.score,
        verdicts=tuple(Verdict(**{**one, "outcome": Outcome(one["outcome"])}) for one in row.verdicts),
        nearest=None if row.nearest is None else Nearest(**row.nearest),
        at_random=row.at_random,
        created_at=row.created_at,
        expires_at=row.expires_at,
        scheduled_for=row.scheduled_for,
        skips=row.skips,
    )


def _written(candidate: Candidate) -> dict[str, Any]:
    return {
        "text": repair(candidate.text),
        "voice": {repair(author): share for author, share in candidate.voice.items()},
        "model": repair(candidate.model),
        "seed": candidate.seed,
        "temperature": list(candidate.temperature),
        "complete": candidate.complete,
        "log_likelihood": candidate.log_likelihood,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "filter": repair(verdict.filter),
        "outcome": verdict.outcome.value,
        "reason": repair(verdict.reason),
        "text": None if verdict.text is None else repair(verdict.text),
    }


def _nearest(nearest: Nearest) -> dict[str, Any]:
    return {
        "text": repair(nearest.text),
        "author": repair(nearest.author),
        "shared_words": nearest.shared_words,
        "likeness": float(nearest.likeness),
    }
