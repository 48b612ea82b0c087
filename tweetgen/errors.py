"""Everything tweetgen raises on purpose: what happened, to which thing, what to do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType


class TweetgenError(Exception):
    """Base of all errors a person should read; the command line prints its one line and exits with `exit_code`."""

    exit_code = 2
    #: what programs may want to know of it, by name; plain JSON
    facts: Mapping[str, object] = MappingProxyType({})


class ConfigError(TweetgenError):
    """One or more problems in the configuration files, all of them reported at once; as a text they are one line."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" | ".join(self.problems))


class InputError(TweetgenError):
    """A file or an argument that cannot be used as it is."""

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(f"{what}: {why}; {remedy}")


class Absent(InputError):
    """Something that was asked for by its number, and is not there."""


class UnknownName(TweetgenError):
    """A name that nothing carries: the nearest known names are suggested."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"unknown {kind} {name!r}: {suggestion(name, sorted(set(known)))}")


class NameTaken(TweetgenError):
    """A second registration of a name in one registry."""

    def __init__(self, kind: str, name: str, holder: str) -> None:
        super().__init__(
            f"{kind} {name!r} is already registered by {holder}; rename or remove one of the two"
        )


class PluginError(TweetgenError):
    """A plugin that cannot be loaded: a daemon half loaded is worse than one not started."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"plugin {where}: {why}; mend or remove it")


class WeightsError(TweetgenError):
    """A weights file that cannot be read as one of ours."""

    def __init__(self, path: Path, why: str, remedy: str) -> None:
        super().__init__(f"{path}: {why}; {remedy}")


class Busy(TweetgenError):
    """Somebody else is at work on the same thing."""

    def __init__(self, what: str, holder: str, remedy: str = "wait for it to end") -> None:
        super().__init__(f"{what} is in use by {holder}; {remedy}")


class MissingDependency(TweetgenError):
    """An optional library is not installed."""

    def __init__(self, library: str, purpose: str, extra: str) -> None:
        super().__init__(
            f"{purpose} needs {library}, which is not installed; run: pip install 'tweetgen[{extra}]'"
        )


class StoreError(TweetgenError):
    """The database cannot be opened, read or written."""

    def __init__(self, url: str, why: str, remedy: str) -> None:
        super().__init__(f"database {url}: {why}; {remedy}")


class Conflict(TweetgenError):
    """Somebody else was faster: what was decided on has changed meanwhile."""

    def __init__(self, what: str, now: str, facts: Mapping[str, object] | None = None) -> None:
        self.facts = facts or {}
        super().__init__(f"{what}: {now}; look at it again")


class DeliveryError(TweetgenError):
    """What a destination raises where it knows what became of a text; anything else means: nobody knows."""


class NotSent(DeliveryError):
    """Nothing has left this machine, or the destination surely kept nothing: it is tried again later."""


class Throttled(DeliveryError):
    """The destination kept nothing and asks to wait; nothing is sent there before `until`."""

    def __init__(self, why: str, until: datetime | None = None) -> None:
        self.until = until
        super().__init__(why)


class BudgetSpent(Throttled):
    """Money set aside for an app does not allow what was about to be asked of it; nothing was asked."""


class Refused(DeliveryError):
    """The destination does not want this text, now or later."""


class Duplicate(Refused):
    """The destination says it has this text already; after an unknown attempt that means: it had landed."""


class ReauthRequired(DeliveryError):
    """The login is no longer valid: nothing is sent there until a person has renewed it."""


def suggestion(name: str, known: Sequence[str], most: int = 5) -> str:
    """The nearest known names as half a sentence, the first few known ones if none is near."""
    if not known:
        return "none is known yet"
    folded = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(repr(folded[key]) for key in near) + "?"
    rest = len(known) - most
    return "known: " + ", ".join(known[:most]) + (f" and {rest} more" if rest > 0 else "")
