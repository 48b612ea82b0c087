"""What every step of the daemon is given: the configuration in force, its plugins, the store, and how work is done."""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from tweetgen.app import App
from tweetgen.config import Account
from tweetgen.pipeline.models import Models
from tweetgen.service.metrics import Metrics, counted
from tweetgen.service.parts import Parts
from tweetgen.service.patience import Patience
from tweetgen.service.redaction import Redactor
from tweetgen.service.telling import Teller
from tweetgen.service.work import Work


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    #: only these accounts; empty: all
    accounts: frozenset[str] = frozenset()
    #: a dry run: everything but sending, and account, destination and text of what would be sent go here
    say: Callable[[str, str, str], None] | None = None


class Context:
    """Shared by all steps, which take from it what they need when they begin."""

    def __init__(self, app: App, options: Options, redactor: Redactor, now: Callable[[], datetime]) -> None:
        """`redactor`: keeps the secrets of the configuration in force out of whatever is told of it.

        Raises PluginError, ConfigError: a plugin that cannot be loaded stops the start.
        """
        app.plugins.listing()
        self.options, self.now = options, now
        self._redactor = redactor
        #: unique among all processes of all machines
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.store = app.store
        self.metrics = Metrics(counted(self.store))
        self.models = Models(app.weights_folders)
        self.patience = Patience()
        self._said: set[tuple[str, str, str]] = set()
        #: set when nothing new is to be begun
        self.stopping = threading.Event()
        self.teller = Teller(self.store, lambda: self.parts.observers(), redactor, now)
        self.work = Work(self.store, self.owner, self.metrics, self.teller, redactor, now)
        self.use(app)

    def use(self, app: App) -> None:
        """Go by this configuration from now on; steps that run end by the one they began with."""
        self._redactor.know(app.secrets())
        self.app = app
        self.work.try_again()
        self.parts = Parts(app, list(self.accounts), self.work, self.patience)

    @property
    def accounts(self) -> Mapping[str, Account]:
        """Those that are served, paused ones too."""
        return {name: account for name, account in self.app.accounts.items() if self.serves(name)}

    def serves(self, account: str) -> bool:
        """Whether this account ("": the instance) is served here."""
        chosen = self.options.accounts
        return account in self.app.accounts and (not chosen or account in chosen) if account else not chosen

    @property
    def dry_run(self) -> bool:
        """Whether nothing is to be sent."""
        return self.options.say is not None

    def would_send(self, account: str, destination: str, text: str) -> None:
        """In a dry run: say once what would be sent."""
        if self.options.say is not None and (account, destination, text) not in self._said:
            self._said.add((account, destination, text))
            self.options.say(account, destination, text)

    @contextmanager
    def lease(self, name: str, holding: timedelta) -> Iterator[bool]:
        """Whether this process alone may do what is called `name`, for so long at most; given back at the end."""
        now = self.now()
        mine = self.store.leases.take(name, self.owner, now, now + holding)
        try:
            yield mine
        finally:
            if mine:
                self.store.leases.release(name, self.owner)
