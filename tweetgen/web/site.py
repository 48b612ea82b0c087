"""What the pages are given: the instance as configured now, and what its surroundings say of themselves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from tweetgen.app import App
from tweetgen.pipeline.ballots import Ballots
from tweetgen.pipeline.links import Links
from tweetgen.pipeline.models import Models
from tweetgen.pipeline.overview import Counting
from tweetgen.pipeline.passwords import Passwords
from tweetgen.pipeline.profiles import Profiles
from tweetgen.pipeline.showcase import Showcase
from tweetgen.pipeline.voting import Booth
from tweetgen.store import Store
from tweetgen.web.desk import Desk
from tweetgen.web.events import Events
from tweetgen.web.jobs import Jobs
from tweetgen.web.more_like_this import MoreLikeThis
from tweetgen.web.sessions import Sessions
from tweetgen.web.studio import Studio
from tweetgen.web.uses import Uses


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
    def desk(self) -> Desk:
        """Candidates ready to be shown, decisions to be taken."""
        return Desk(self.current, self.now)

    @cached_property
    def events(self) -> Events:
        """What pages that are open are told while it happens."""
        return Events(lambda: self.store)

    @cached_property
    def jobs(self) -> Jobs:
        """What is written for reviewers in the background."""
        return Jobs(self.events.tell)

    @cached_property
    def sessions(self) -> Sessions:
        """Logins, made and read with the same secret. Raises ConfigError, InputError."""
        return Sessions(self.secret, (self.current().config.web.url or "").startswith("https:"))

    @cached_property
    def uses(self) -> Uses:
        """When API tokens were used last."""
        return Uses(lambda: self.store)

    @cached_property
    def passwords(self) -> Passwords:
        """Hashes of them, two at a time for all that asks."""
        return Passwords()

    @cached_property
    def more_like_this(self) -> MoreLikeThis:
        """Writes variations of candidates."""
        # as the studio has them: what a candidate says of its model may be anything, and no path of ours
        return MoreLikeThis(self.current, lambda name: self.studio.model(name), self.now, self.jobs, self.events)

    @cached_property
    def studio(self) -> Studio:
        """Where the network writes."""
        return Studio(self.current, self.now, self.models)

    @cached_property
    def models(self) -> Models:
        """Weights in memory."""
        return Models(self.current().weights_folders)

    @cached_property
    def profiles(self) -> Profiles:
        """What the weights files say of themselves."""
        return Profiles()

    @cached_property
    def showcase(self) -> Showcase:
        """Samples of the models."""
        return Showcase(self.models)

    @cached_property
    def booth(self) -> Booth:
        """Where people vote on samples."""
        return Booth(Ballots(self.secret), self.showcase)

    @cached_property
    def counting(self) -> Counting:
        """The corpus in numbers."""
        return Counting()
