"""A small X: the parts of its API that tweetgen uses, with X's ways and X's faults.

    with running(World()) as x:
        x.world.add_user("keeper"); x.world.faults.append(Fault(How.CREDITS, "create"))
        ...  # real HTTP at x.url

Everything that was asked and answered is in `x.world.exchanges`, everything that was done in `x.world.ledger`.
By hand: `python -m tests.fakes.x --port 8080`.
"""

from .faults import Fault, How
from .server import Running, running
from .world import Entry, FakePost, FakeUser, Limit, World

__all__ = ["Entry", "FakePost", "FakeUser", "Fault", "How", "Limit", "Running", "World", "running"]
