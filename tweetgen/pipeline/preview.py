"""What each destination of an account would make of a text: its parts, its length as counted there, its price."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tweetgen.errors import InputError, TweetgenError
from tweetgen.interfaces import Measure, Measuring, Remarking, Threading
from tweetgen.plugins import ConfiguredDestination

_CHARACTERS = "characters"


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as one destination would publish it."""

    #: the destination's name within the account, and its plugin's
    destination: str
    plugin: str
    #: what is sent, byte for byte: one part, or those of a thread
    parts: tuple[str, ...]
    #: the whole text as it is counted there
    length: int
    #: the most that one part may have, None for any length
    limit: int | None
    #: what is counted, such as "weighted characters"
    unit: str
    fits: bool
    #: such as the price of a link, or why nobody can tell; one line each
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outlet:
    """A destination of an account, made when it is first asked; nothing is published, nobody is asked anything."""

    name: str
    plugin: str
    make: Callable[[], ConfiguredDestination]

    def preview(self, text: str) -> Preview:
        """Never raises: what a plugin cannot tell is a warning."""
        try:
            return self._told(text)
        except Exception as error:  # whatever a plugin raises: a text can be decided about all the same
            if not isinstance(error, TweetgenError):
                logging.getLogger(__name__).warning("%s: no preview: %s", self.name, error, exc_info=error)
            why = " ".join(str(error).split()) or type(error).__name__
            told = f"what it would make of this text is unknown: {why}"
            return Preview(self.name, self.plugin, (text,), len(text), None, _CHARACTERS, True, (told,))

    def _told(self, text: str) -> Preview:
        destination = self.make().destination
        parts = tuple(destination.split(text)) if isinstance(destination, Threading) else (text,)
        if not isinstance(destination, Measuring):
            whole, measured = Measure(len(text), None, _CHARACTERS), []
        else:
            whole, measured = destination.measure(text), [destination.measure(part) for part in parts]
        fits = all(one.limit is None or one.length <= one.limit for one in measured)
        problems = [one.problem for one in measured if one.problem]
        remarks = destination.remarks(text) if isinstance(destination, Remarking) else ()
        said = tuple(dict.fromkeys([*problems, *remarks]))
        return Preview(
            self.name, self.plugin, parts, whole.length, whole.limit, whole.unit, fits and not problems, said
        )


def previews(text: str, outlets: Sequence[Outlet]) -> Iterator[Preview]:
    """One for each destination, in the order of the account file."""
    return (outlet.preview(text) for outlet in outlets)


def refuse_unsendable(what: str, found: Sequence[Preview]) -> None:
    """Raises `InputError` for a text that no destination of its account takes."""
    if found and not any(one.fits for one in found):
        nearest = max(found, key=lambda one: one.limit or 0)
        told = f"{nearest.length:,} {nearest.unit}, and {nearest.destination} takes {nearest.limit or 0:,}"
        told = next(iter(nearest.warnings), told) if nearest.length <= (nearest.limit or 0) else told
        raise InputError(what, f"its text fits no destination ({told})", "shorten it")
