"""A client whose login is renewed where it ends, once a request."""

import threading
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

from tweetgen.errors import DeliveryError, InputError, NotSent, ReauthRequired, TweetgenError
from tweetgen.interfaces import Host

from .client import open_client
from .credentials import XSettings, no_login
from .port import BearerToken, UserKeys, Users, XClient, XError, XFault, XPage, XPost, XRate, XUser
from .tokens import Login, Tokens

Answer = TypeVar("Answer")


class RenewingClient:
    """One user's login, whichever kind; implements `port.XClient`.

    Besides `XError`, each request may raise `NotSent`, `Throttled` or `ReauthRequired`: then nothing was asked, or X
    refused the login.
    """

    def __init__(self, settings: XSettings, host: Host) -> None:
        """Raises `TweetgenError` where there is no login to begin with, or no way to X."""
        self._settings, self._host = settings, host
        #: of OAuth 2.0; None where four keys are used
        self.tokens = Login(settings, host) if settings.client_id is not None else None
        self._opened: tuple[UserKeys | BearerToken, XClient] | None = None
        self._lock = threading.Lock()
        # so that a wrong address or key is told before anything is due
        self._client(self._keys if self.tokens is None else BearerToken("none-yet"))

    @property
    def rates(self) -> Mapping[str, XRate]:
        """See `port.XClient`."""
        return {} if self._opened is None else self._opened[1].rates

    @property
    def login(self) -> str:
        """What tells this login from an earlier one; no secret. Raises as a request does."""
        if self.tokens is not None:
            since = self._current(None).since
            return f"oauth2:{since and int(since.timestamp())}"
        return f"oauth1:{sha256(self._keys.access_token.encode()).hexdigest()[:16]}"

    def users(self, names: Sequence[str]) -> Users:
        """See `port.XClient`."""
        return self._ask(lambda client: client.users(names))

    def users_by_id(self, ids: Sequence[str]) -> Users:
        """See `port.XClient`."""
        return self._ask(lambda client: client.users_by_id(ids))

    def posts(
        self,
        user_id: str,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        token: str | None = None,
        replies: bool = True,
        reposts: bool = False,
        size: int = 100,
    ) -> XPage:
        """See `port.XClient`."""
        return self._ask(
            lambda client: client.posts(
                user_id,
                since_id=since_id,
                until_id=until_id,
                token=token,
                replies=replies,
                reposts=reposts,
                size=size,
            )
        )

    def posts_by_id(self, ids: Sequence[str]) -> tuple[Sequence[XPost], Mapping[str, str]]:
        """See `port.XClient`."""
        return self._ask(lambda client: client.posts_by_id(ids))

    def create(self, text: str, *, reply_to: str | None = None, reply_settings: str | None = None) -> str:
        """See `port.XClient`."""
        return self._ask(lambda client: client.create(text, reply_to=reply_to, reply_settings=reply_settings))

    def delete(self, post_id: str) -> bool:
        """See `port.XClient`."""
        return self._ask(lambda client: client.delete(post_id))

    def me(self) -> XUser:
        """See `port.XClient`."""
        return self._ask(lambda client: client.me())

    def _ask(self, request: Callable[[XClient], Answer]) -> Answer:
        """X does nothing of what it answers 401 to, so that asking again is safe; once, with a login that is new."""
        credentials = self._credentials(None)
        try:
            return request(self._client(credentials))
        except XError as error:
            refused = error.kind is XFault.UNAUTHORIZED and error.status == 401
            if not refused or not isinstance(credentials, BearerToken):
                raise
        return request(self._client(self._credentials(credentials.token)))

    def _credentials(self, stale: str | None) -> UserKeys | BearerToken:
        if self.tokens is not None:
            return BearerToken(self._current(stale).access)
        return self._keys

    @property
    def _keys(self) -> UserKeys:
        if self._settings.user_keys is None:
            raise no_login(self._host.account)
        return self._settings.user_keys

    def _current(self, stale: str | None) -> Tokens:
        """Whatever goes wrong in here, nothing of the request has left."""
        if self.tokens is None:
            raise no_login(self._host.account)
        try:
            return self.tokens.tokens(stale)
        except DeliveryError:
            raise
        except InputError as error:  # what is kept is damaged
            raise ReauthRequired(str(error)) from error
        except (TweetgenError, OSError) as error:
            raise NotSent(f"the login cannot be renewed just now: {error}") from error

    def _client(self, credentials: UserKeys | BearerToken) -> XClient:
        with self._lock:
            if self._opened is None or self._opened[0] != credentials:
                settings = self._settings
                client = open_client(
                    credentials,
                    now=self._host.now,
                    base_url=settings.base_url,
                    connect_seconds=settings.connect_seconds,
                    read_seconds=settings.read_seconds,
                    total_seconds=settings.total_seconds,
                )
                self._opened = credentials, client
            return self._opened[1]
