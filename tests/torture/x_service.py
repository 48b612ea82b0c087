"""The small X under torture: answers as badly as it is told, and its ledger is the oracle."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.fakes.x import Fault, How, World, running
from tests.fakes.x.logins import Keys

#: how a request to publish may go wrong, and whether X does it all the same
FAULTS: tuple[tuple[How, bool], ...] = (
    (How.DROP, True),
    (How.RESET, True),
    (How.BROKEN, True),
    (How.BROKEN, False),
    (How.UNAVAILABLE, True),
    (How.UNAVAILABLE, False),
    (How.SILENCE, True),
    (How.SILENCE, False),
    (How.LATE, True),
    (How.CUT, True),
    (How.HALF, True),
    (How.LIST, True),
    (How.EMPTY, False),
    (How.TRICKLE, True),
    (How.LIMITED_BARE, False),
    (How.LIMITED_CODE, False),
)
#: how one to read may
READING = (How.UNAVAILABLE, How.DROP, How.CUT, How.LIST, How.EMPTY, How.LIMITED)


class XService:
    """Takes the place of `service.Service`: texts are told apart by what they say."""

    def __init__(self, seed: int, accounts: list[str], faulty: float = 0.3, reading: float = 0.1) -> None:
        """`faulty` and `reading`: the shares of requests to publish and to read that go wrong."""
        self.requests: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._shares = {"create": faulty, "posts": reading, "me": reading}
        # nothing may depend on X's own search for duplicates, nor wait for its limits
        self.world = World(record=False, limits={}, duplicates=timedelta(0))
        self.world.misfortune = self.fault
        self._users = {name: self.world.add_user(name) for name in accounts}
        self._keys = {name: self.world.logins.user_keys(user.id) for name, user in self._users.items()}

    @property
    def ledger(self) -> Counter[str]:
        """How often each text was accepted, by the key it has in the outbox."""
        return Counter(entry.text.replace("text ", "key") for entry in self.world.accepted())

    def keys(self, account: str) -> Keys:
        """The four keys of a user."""
        return self._keys[account]

    def fault(self, endpoint: str) -> Fault | None:
        """What happens to the next request."""
        self.requests[endpoint] += 1
        if self._chance.random() >= self._shares.get(endpoint, 0.0):
            return None
        how, accept = self._chance.choice(FAULTS) if endpoint == "create" else (self._chance.choice(READING), False)
        self.requests[f"{endpoint} {how}"] += 1
        seconds = {How.LATE: 0.4, How.SILENCE: 2.0, How.TRICKLE: 0.001, How.LIMITED: 1.0}.get(how, 0.0)
        return Fault(how, endpoint, accept=accept, seconds=seconds)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """At this URL."""
        with running(self.world) as x:
            yield x.url
