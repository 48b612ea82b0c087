"""Review in the store itself: whoever runs `tweetgen review` finds the candidates there."""

from collections.abc import Iterable, Sequence

from tweetgen.domain import Decision, Pending
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Register, ReviewQueue

from ._review.settings import QueueSettings

NAME = "inbox"


class InboxQueue:
    """Nothing to hand over: decisions are made in the store."""

    class Settings(QueueSettings):
        """There is nothing to set."""

    def __init__(self, settings: Settings, host: Host) -> None:
        pass

    def submit(self, candidates: Sequence[Pending]) -> None:
        """They are where reviewers look already."""

    def decisions(self) -> Iterable[Decision]:
        """None: each is taken as it is made."""
        return ()


@hookimpl
def register_review_queues(register: Register[ReviewQueue]) -> None:
    """Offer the store as `inbox`."""
    register(NAME, InboxQueue)
