"""More like a candidate: texts of the same voice and manner of writing, filtered, ranked and sent to review."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from tweetgen.domain import Pending
from tweetgen.errors import InputError
from tweetgen.pipeline.restock import Restocked, Shortage, Stockroom, Supply

if TYPE_CHECKING:
    from tweetgen.model.model import Model

#: asked for at once, at most
MOST = 50


class Variations:
    """Writes them; remembers between calls what real posts are measured by."""

    def __init__(self, stockroom: Stockroom, models: "Callable[[str], Model]") -> None:
        """`models`: a model by its name."""
        self._stockroom, self._models = stockroom, models

    def write(self, of: Pending, supply: Supply, count: int, now: datetime, chance: Random) -> Restocked:
        """At most `count` texts like one, in review; `supply`: how its account has candidates written.

        Written by the network that wrote it, or the account's where that has gone. Raises `InputError` where nothing
        comes of it, `StoreError`.
        """
        if not 1 <= count <= MOST:
            raise InputError(f"{count} variations", "cannot be written at once", f"ask for 1 to {MOST}")
        written = of.candidate
        model = written.model if self._is_there(written.model) else supply.model
        writing = supply.writing
        if written.temperature:
            writing = replace(writing, temperature=written.temperature)
        alike = replace(supply, model=model, voice=written.voice, writing=writing)
        (done,) = self._stockroom.restock([Shortage(alike, count)], now, chance)
        if not done.added:
            dropped = ", ".join(f"{name} {dropped}" for name, dropped in done.dropped.items())
            why = done.problem or f"{done.written} were written, and none passed the filters ({dropped})"
            raise InputError(f"variations of candidate {of.number}", why, "try again, or look at the account's filters")
        return done

    def _is_there(self, model: str) -> bool:
        try:
            self._models(model)
        except Exception:  # gone, renamed or damaged
            return False
        return True
