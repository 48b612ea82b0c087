"""Somebody's hand: what they do besides deciding about candidates happens now, and is kept as a deed."""

from dataclasses import dataclass
from datetime import datetime

from tweetgen.domain import Json
from tweetgen.store import Store


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does something, through what, and when."""

    store: Store
    #: a person's name
    actor: str
    #: the page or command it is done with
    via: str
    now: datetime

    def did(self, deed: str, subject: str, **details: Json) -> None:
        """Keep that it was done."""
        self.store.deeds.add(self.actor, self.via, deed, subject, self.now, details)
