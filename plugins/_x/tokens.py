"""OAuth 2.0 tokens of one login: kept before they are used, renewed by one at a time, each refresh token tried once."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from tweetgen.domain import Json
from tweetgen.errors import NotSent, ReauthRequired, Throttled

from .._http.answers import Answer, OutcomeUnknown, json_object, retry_after
from .._http.settings import HttpSettings
from .credentials import XSettings

if TYPE_CHECKING:
    from tweetgen.interfaces import Host, Secrets

PATH = "/2/oauth2/token"
#: a token that ends so soon may end on its way
EARLY = timedelta(seconds=60)
_USUAL_LIFE = 7200


class Requests(Protocol):
    """What calls the token endpoint; `_http.caller.Caller` is one."""

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair, as it is kept."""

    access: str
    #: works once; "" where X gave none
    refresh: str
    expires_at: datetime
    #: a request that uses the refresh token up was begun, and its answer never came
    spent: bool = False
    #: when somebody logged in; tells one login from the next
    since: datetime | None = None

    def __repr__(self) -> str:
        return f"Tokens(until {self.expires_at:%Y-%m-%d %H:%M})"


class Login:
    """The tokens of one login, for all its threads and processes."""

    def __init__(self, settings: XSettings, host: "Host", requests: Requests | None = None) -> None:
        self._settings, self._host = settings, host
        self._name = settings.secret_name(host.account)
        self._requests = requests

    @property
    def kept(self) -> Tokens | None:
        """What is kept, None before the first login."""
        return read(self._secrets, self._name)

    def tokens(self, stale: str | None = None) -> Tokens:
        """Those to use now; renewed where they end, or where they are still the `stale` ones that X refused.

        Raises `ReauthRequired` where only a person can help; `NotSent` or `Throttled` where later will do.
        """
        found = self.kept
        if found is None:
            raise ReauthRequired(f"nobody has logged in yet; {self._remedy}")
        if not self._is_old(found, stale):
            return found
        with self._secrets.lock(self._name):
            found = self.kept or found
            return self._renewed(found) if self._is_old(found, stale) else found

    def exchange(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """The first pair, for the code that X sent somebody back with; kept before it is returned.

        Raises `NotSent`, `OutcomeUnknown` or `ReauthRequired`: log in once more.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        with self._secrets.lock(self._name):
            answer = self._ask(form)
            if not answer.success:
                raise ReauthRequired(f"X did not accept the login{_words(answer, form)}; begin anew")
            now = self._host.now()
            tokens = self._parsed(answer, Tokens("", "", now, since=now))
            if tokens is None:
                raise ReauthRequired("X answered the login with something that holds no token; begin anew")
            keep(self._secrets, self._name, tokens)
        return tokens

    def forget(self) -> None:
        """Keep nothing any more."""
        with self._secrets.lock(self._name):
            self._secrets.put(self._name, None)

    def _is_old(self, found: Tokens, stale: str | None) -> bool:
        return found.access == stale or found.expires_at - EARLY <= self._host.now()

    def _renewed(self, found: Tokens) -> Tokens:
        """A refresh token works once: its use is on disk before it is sent, and a lost answer is never asked for."""
        if found.spent or not found.refresh:
            why = "the answer with the new tokens was lost" if found.spent else "X gave no token to renew it with"
            raise ReauthRequired(f"the login of {self._name} has ended: {why}; {self._remedy}")
        form = {"grant_type": "refresh_token", "refresh_token": found.refresh}
        keep(self._secrets, self._name, replace(found, spent=True))
        try:
            answer = self._ask(form)
        except NotSent:
            keep(self._secrets, self._name, found)
            raise
        except OutcomeUnknown as error:
            raise self._lost(f"no answer came ({error})") from None
        if answer.status == 429:
            keep(self._secrets, self._name, found)
            raise Throttled("X does not renew the login just now", retry_after(answer, self._host.now()))
        tokens = self._parsed(answer, found) if answer.success else None
        if tokens is None:
            raise self._lost(f"it answered {answer.status}{_words(answer, form)}")
        keep(self._secrets, self._name, tokens)
        return tokens

    def _lost(self, why: str) -> ReauthRequired:
        return ReauthRequired(f"X did not renew the login of {self._name}: {why}; {self._remedy}")

    def _ask(self, form: Mapping[str, str]) -> Answer:
        settings = self._settings
        client_id = settings.client_id
        if client_id is None:
            raise ReauthRequired("no client_id is given")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        fields = {**form, "client_id": client_id.get_secret_value()}
        if settings.client_secret is not None:
            pair = f"{client_id.get_secret_value()}:{settings.client_secret.get_secret_value()}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        url = settings.base_url.rstrip("/") + PATH
        return self._caller.call("POST", url, headers, urlencode(fields).encode())

    @property
    def _caller(self) -> Requests:
        if self._requests is None:
            from .._http.caller import Caller  # httpx is slow to import

            settings = self._settings
            times = {name: getattr(settings, name) for name in ("connect_seconds", "read_seconds", "total_seconds")}
            # the address stands in the configuration, for somebody to try things out with a server of their own
            self._requests = Caller(HttpSettings(url=settings.base_url, **times), allow_private=True)
        return self._requests

    def _parsed(self, answer: Answer, before: Tokens) -> Tokens | None:
        said = json_object(answer)
        access, refresh, seconds = said.get("access_token"), said.get("refresh_token", ""), said.get("expires_in")
        if not isinstance(access, str) or not access or not isinstance(refresh, str):
            return None
        life = seconds if isinstance(seconds, int) and 0 < seconds < 10**9 else _USUAL_LIFE
        ends = self._host.now() + timedelta(seconds=life)
        return replace(before, access=access, refresh=refresh, expires_at=ends, spent=False)

    @property
    def _secrets(self) -> "Secrets":
        return self._host.secrets

    @property
    def _remedy(self) -> str:
        return f"run: tweetgen auth x {self._host.account}"


def read(secrets: "Secrets", name: str) -> Tokens | None:
    """What is kept under `name`. Raises `ReauthRequired` for what is no pair of tokens."""
    found: Any = secrets.get(name)
    if found is None:
        return None
    try:
        return Tokens(
            str(found["access"]),
            str(found["refresh"]),
            datetime.fromtimestamp(found["expires_at"], UTC),
            bool(found.get("spent")),
            datetime.fromtimestamp(found["since"], UTC) if "since" in found else None,
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        raise ReauthRequired(f"what is kept as {name} is no login at X; log in anew") from None


def keep(secrets: "Secrets", name: str, tokens: Tokens) -> None:
    """On disk when it returns."""
    value: dict[str, Json] = {
        "access": tokens.access,
        "refresh": tokens.refresh,
        "expires_at": int(tokens.expires_at.timestamp()),
        "spent": tokens.spent,
    }
    if tokens.since is not None:
        value["since"] = int(tokens.since.timestamp())
    secrets.put(name, value)


def _words(answer: Answer, form: Mapping[str, str]) -> str:
    """What it says of an error by its two fields (RFC 6749, 5.2), without what it was asked with."""
    said = json_object(answer)
    words = [text for name in ("error", "error_description") if isinstance(text := said.get(name), str)]
    told = ": ".join(words)
    for name in ("refresh_token", "code", "code_verifier"):
        if secret := form.get(name):
            told = told.replace(secret, "***")
    told = " ".join(told.split())[:200]
    return f" ({told})" if told.isprintable() and told else ""
