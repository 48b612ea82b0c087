"""Users of every role, with a browser that is logged in and a program that has an API token."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx

from tweetgen.app import App
from tweetgen.domain import Role
from tweetgen.pipeline.people import digest_of
from tweetgen.store.deeds import By
from tweetgen.store.users import User
from tweetgen.web.forms import FIELD, Tokens
from tweetgen.web.roles import Person
from tweetgen.web.sessions import Sessions

BY = By("tests", "tests")
#: seconds an answer may take on a busy machine
PATIENCE = 60


class Visitors:
    """Lets people in without hashing a password, and sends what they send."""

    def __init__(self, app: App, pages: Any) -> None:
        self.app, self.pages = app, pages
        self.sessions = Sessions(app.web_secret, https=False)
        self._made = 0

    def user(self, name: str, role: Role) -> User:
        """A new user whose password nobody knows."""
        return self.app.store.users.add(name, role, "not a hash", self.pages.now, BY)

    def cookie(self, user: User, now: datetime | None = None) -> dict[str, str]:
        """Of a login of theirs."""
        login = self.sessions.begin(user, now or self.pages.now)
        return {self.sessions.cookie: self.sessions.sign(login)}

    @contextmanager
    def browser(self, user: User | None = None) -> Iterator[httpx.Client]:
        """Where they are logged in; None: a stranger's."""
        cookies = {} if user is None else self.cookie(user)
        with httpx.Client(base_url=self.pages.browser.base_url, cookies=cookies, timeout=PATIENCE) as client:
            yield client

    def form(self, client: httpx.Client) -> dict[str, str]:
        """The token of the forms of whoever is logged in there."""
        login = self.sessions.read(client.cookies[self.sessions.cookie], self.pages.now)
        assert login is not None
        person = Person(login.name, Role.VIEWER, login.ident)
        return {FIELD: Tokens(self.app.web_secret).make(person)}

    @contextmanager
    def program(self, owner: User, role: Role, days: int = 1) -> Iterator[httpx.Client]:
        """Which shows an API token of theirs."""
        self._made += 1
        token = f"token {self._made}"
        until = self.pages.now + timedelta(days=days)
        self.app.store.api_tokens.add(owner.name, "tests", role, digest_of(token), until, self.pages.now, BY)
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(base_url=self.pages.browser.base_url, headers=headers, timeout=PATIENCE) as client:
            yield client
