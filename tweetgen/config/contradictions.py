"""What cannot be meant: keys of an account that are sound one by one and impossible together."""

from collections.abc import Iterator

from tweetgen.config.model import Account
from tweetgen.config.secrets import Place
from tweetgen.schedule import limits
from tweetgen.settings import Limits


def contradictions(account: Account) -> Iterator[tuple[Place, str]]:
    """Each with the place of one of the keys that contradict each other."""
    keep = account.ranking.keep
    if keep > account.stock:
        what = f"{account.stock} are kept ready, but a batch brings {keep} (ranking.keep); raise it, or lower that"
        yield ("stock",), what
    yield from _of_limits(account.limits, ("limits",))
    for number, destination in enumerate(account.destinations):
        place = ("destinations", number, destination.entry.name, "limits")
        yield from _of_limits(destination.delivery.limits, place)


def _of_limits(wanted: Limits, place: Place) -> Iterator[tuple[Place, str]]:
    for told in limits.contradictions(wanted):
        key, _, what = told.partition(": ")
        yield (*place, key), what
