"""Samples of any model, written on request and the same each time; the last ones are kept in memory."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from tweetgen.errors import Busy, InputError
from tweetgen.pipeline.models import Models
from tweetgen.pipeline.profiles import Profile
from tweetgen.settings import Writing

#: requests whose samples are kept
_KEPT = 500
#: callers of whom one has samples written and the others wait
MOST = 8
#: an author's name where nobody's voice is wanted
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which samples; the same ones for the same wish, as long as the weights file is the same."""

    author: str = NOBODY
    temperature: float = 0.8
    #: what each begins with
    prefix: str = ""
    #: the first one's; the i-th has seed + i
    seed: int = 1
    count: int = 5


class Showcase:
    """Writes samples and keeps them by the digest of the weights file."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._kept: OrderedDict[tuple[str, Wanted], tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._turns = threading.BoundedSemaphore(MOST)

    def samples(self, profile: Profile, wanted: Wanted) -> tuple[str, ...]:
        """The texts.

        Raises `UnknownName` for an author the model does not know, `InputError`, `WeightsError`, `Busy` where as many
        as may wait already.
        """
        if profile.problem is not None:
            raise InputError(profile.name, f"is broken ({profile.problem})", "train it again")
        key = profile.digest, wanted
        if (kept := self._known(key)) is not None:
            return kept
        if not self._turns.acquire(blocking=False):
            raise Busy("the network", f"{MOST} others", "try again in a moment")
        try:
            with self._writing:  # one at a time: writing takes every core there is
                return self._known(key) or self._keep(key, self._written(profile, wanted))
        finally:
            self._turns.release()

    def _known(self, key: tuple[str, Wanted]) -> tuple[str, ...] | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[str, Wanted], texts: tuple[str, ...]) -> tuple[str, ...]:
        with self._lock:
            self._kept[key] = texts
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return texts

    def _written(self, profile: Profile, wanted: Wanted) -> tuple[str, ...]:
        from tweetgen.model.model import Order

        writing = Writing(temperature=(wanted.temperature,), top_p=0.95)
        author = wanted.author or None
        orders = [Order(wanted.seed + place, author, wanted.prefix, writing) for place in range(wanted.count)]
        return tuple(candidate.text for candidate in self._models.get(profile.name).write(orders))
