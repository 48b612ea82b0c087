"""Who sits at this machine."""

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tweetgen.cli.instance import Instance
    from tweetgen.pipeline.hand import Hand


def own_name() -> str:
    """The name under which what somebody does is kept."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "somebody"


def hand_of(instance: "Instance") -> "Hand":
    """What they do now through a command, to be kept as their deed."""
    from tweetgen.pipeline.hand import Hand

    return Hand(instance.app.store, own_name(), "command", datetime.now(UTC))
