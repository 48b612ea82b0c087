"""When something is due: pure functions of time that know no account, no store and no clock of their own."""

from tweetgen.schedule.moments import Occurrence, occurrences
from tweetgen.schedule.spread import jitter

__all__ = ["Occurrence", "jitter", "occurrences"]
