"""What the pages are given: the instance as configured now, and what its surroundings say of themselves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from tweetgen.app import App
from tweetgen.pipeline.links import Links
from tweetgen.pipeline.models import Models
from tweetgen.store import Store


@dataclass(frozen=True, slots=True)
class Health:
    """Asked at every request; each answers None, or in one line what is wrong."""

    #: wrong here means: this process is to be started again
    alive: Callable[[], str | None]
    #: wrong here means: it works on, but not everything is served at the moment
    ready: Callable[[], str | None]


def utc() -> datetime:
    """The current time."""
    return datetime.now(UTC)


def _well() -> None:
    """Nothing is wrong."""


@dataclass(frozen=True)
class Site:
    """One instance as its pages serve it. Whatever may change while it is served is asked for at every request."""

    #: the instance by the configuration in force
    current: Callable[[], App]
    #: who acts where nobody needs to log in
    owner: str
    health: Health = field(default_factory=lambda: Health(_well, _well))
    #: as Prometheus reads them; None: this process measures nothing
    metrics: Callable[[], bytes] | None = None
    now: Callable[[], datetime] = utc
    #: whether the address listened at is this machine's own, out of everybody else's reach
    loopback: bool = True

    @property
    def app(self) -> App:
        """The instance by the configuration in force."""
        return self.current()

    @property
    def store(self) -> Store:
        """Its database."""
        return self.current().store

    @cached_property
    def links(self) -> Links:
        """Made and read with the instance's secret."""
        return self.current().links

    @cached_property
    def secret(self) -> str:
        """What logins and forms are signed with. Raises ConfigError, InputError."""
        return self.current().web_secret

    @cached_property
    def models(self) -> Models:
        """Weights in memory."""
        return Models(self.current().weights_folders)
