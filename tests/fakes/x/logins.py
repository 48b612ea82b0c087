"""Who may do what: keys, bearer tokens, and OAuth 2.0 with refresh tokens that hold once."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

#: under which name X stands; signatures are made over it, wherever the bytes go
PUBLIC = "https://api.x.com"
_SKEW = timedelta(minutes=5)
SCOPES = frozenset({"tweet.read", "tweet.write", "users.read", "offline.access"})


@dataclass(frozen=True)
class Login:
    """Whose request it is: a user's id, or None for an app's own."""

    user: str | None
    scopes: frozenset[str] = SCOPES


@dataclass(frozen=True)
class Keys:
    """An app's and a user's four keys."""

    consumer_key: str
    consumer_secret: str
    access_token: str
    access_token_secret: str


@dataclass
class Grant:
    """One authorisation by a user: all tokens descending from it stand and fall together."""

    user: str
    client: str
    scopes: frozenset[str]
    revoked: bool = False


class TokenRefused(Exception):
    """The answer of the token endpoint: status, error, description."""


@dataclass
class Logins:
    """All logins there are."""

    #: consumer key to secret
    apps: dict[str, str] = field(default_factory=dict)
    #: access token to (secret, user's id)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    bearers: set[str] = field(default_factory=set)
    #: OAuth 2.0: client id to secret, None for a public one
    clients: dict[str, str | None] = field(default_factory=dict)
    access: dict[str, tuple[Grant, datetime]] = field(default_factory=dict)
    #: refresh token to its grant and whether it was used
    refresh: dict[str, tuple[Grant, bool]] = field(default_factory=dict)
    codes: dict[str, tuple[Grant, str, str, datetime]] = field(default_factory=dict)
    #: how long an access token lives
    lifetime: timedelta = timedelta(hours=2)
    _nonces: set[tuple[str, str, str]] = field(default_factory=set)

    def user_keys(self, user: str) -> Keys:
        """Four new keys for a user."""
        keys = Keys(*(f"{name}-{secrets.token_hex(12)}" for name in ("ck", "cs", "at", "ats")))
        self.apps[keys.consumer_key] = keys.consumer_secret
        self.tokens[keys.access_token] = (keys.access_token_secret, user)
        return keys

    def app_token(self) -> str:
        """A bearer token that only reads."""
        token = "AAAA" + secrets.token_hex(20)
        self.bearers.add(token)
        return token

    def client(self, secret: bool = False) -> tuple[str, str | None]:
        """A new OAuth 2.0 client: its id, and its secret if it is to have one."""
        ident = "client-" + secrets.token_hex(8)
        self.clients[ident] = "secret-" + secrets.token_hex(16) if secret else None
        return ident, self.clients[ident]

    def grant(self, user: str, client: str, now: datetime, scopes: frozenset[str] = SCOPES) -> dict[str, Any]:
        """Tokens as if the user had just agreed."""
        return self._issue(Grant(user, client, scopes), now)

    def agree(self, user: str, client: str, scope: str, challenge: str, redirect: str, now: datetime) -> str:
        """The user says yes: a code, valid for 30 seconds."""
        code = secrets.token_urlsafe(24)
        grant = Grant(user, client, frozenset(scope.split()))
        self.codes[code] = (grant, challenge, redirect, now + timedelta(seconds=30))
        return code

    def exchange(self, form: dict[str, str], authorization: str, now: datetime) -> dict[str, Any]:
        """What the token endpoint answers. Raises `TokenRefused`."""
        client = self._client(form, authorization)
        match form.get("grant_type"):
            case "authorization_code":
                return self._issue(self._redeem(form, client, now), now)
            case "refresh_token":
                return self._issue(self._renew(form.get("refresh_token", ""), client), now)
            case other:
                raise TokenRefused(400, "unsupported_grant_type", f"no such grant: {other}")

    def _client(self, form: dict[str, str], authorization: str) -> str:
        ident, secret = form.get("client_id", ""), None
        if authorization.startswith("Basic "):
            basic = base64.b64decode(authorization[6:]).decode()
            ident, _, secret = (unquote(part) for part in basic.partition(":"))
        if ident not in self.clients:
            raise TokenRefused(400, "invalid_request", "Value passed for the client id was invalid.")
        if self.clients[ident] != secret:
            raise TokenRefused(401, "unauthorized_client", "Missing valid authorization header")
        return ident

    def _redeem(self, form: dict[str, str], client: str, now: datetime) -> Grant:
        grant, challenge, redirect, until = self.codes.pop(form.get("code", ""), (None, "", "", now))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
        if grant is None or now >= until or grant.client != client:
            raise TokenRefused(400, "invalid_request", "Value passed for the authorization code was invalid.")
        if not proved or form.get("redirect_uri") != redirect:
            raise TokenRefused(400, "invalid_request", "Value passed for the code verifier did not match.")
        return grant

    def _renew(self, token: str, client: str) -> Grant:
        grant, used = self.refresh.get(token, (None, True))
        if grant is not None and used:
            grant.revoked = True  # the whole family falls
        if grant is None or used or grant.revoked or grant.client != client:
            raise TokenRefused(400, "invalid_request", "Value passed for the token was invalid.")
        self.refresh[token] = (grant, True)
        return grant

    def _issue(self, grant: Grant, now: datetime) -> dict[str, Any]:
        token = secrets.token_urlsafe(40)
        self.access[token] = (grant, now + self.lifetime)
        said: dict[str, Any] = {
            "token_type": "bearer",
            "expires_in": int(self.lifetime.total_seconds()),
            "access_token": token,
            "scope": " ".join(sorted(grant.scopes)),
        }
        if "offline.access" in grant.scopes:
            said["refresh_token"] = secrets.token_urlsafe(40)
            self.refresh[said["refresh_token"]] = (grant, False)
        return said

    def revoke(self, token: str) -> None:
        """A user takes a login back: an OAuth 1.0a access token, a bearer token, or a grant by any of its tokens."""
        self.tokens.pop(token, None)
        self.bearers.discard(token)
        for grant, _ in filter(None, (self.access.get(token), self.refresh.get(token))):
            grant.revoked = True

    def whose(self, authorization: str, method: str, path: str, query: str, now: datetime) -> Login | None:
        """Whose request it is; None where the login does not hold."""
        kind, _, rest = authorization.partition(" ")
        if kind == "OAuth":
            return self._signed(rest, method, path, query, now)
        if kind != "Bearer":
            return None
        if rest in self.bearers:
            return Login(None)
        grant, until = self.access.get(rest, (None, now))
        if grant is None or grant.revoked or now >= until:
            return None
        return Login(grant.user, grant.scopes)

    def _signed(self, header: str, method: str, path: str, query: str, now: datetime) -> Login | None:
        """OAuth 1.0a (RFC 5849, 3.4), HMAC-SHA1; X refuses old timestamps and nonces it has seen."""
        pairs = (part.strip().partition("=") for part in header.split(","))
        said = {unquote(name): unquote(value.strip('"')) for name, _, value in pairs}
        given = said.pop("oauth_signature", "")
        said.pop("realm", None)
        token, app = said.get("oauth_token", ""), said.get("oauth_consumer_key", "")
        stamp = said.get("oauth_timestamp", "")
        seen = (app, stamp, said.get("oauth_nonce", ""))
        if not stamp.isdigit() or abs(now.timestamp() - int(stamp)) > _SKEW.total_seconds() or seen in self._nonces:
            return None
        if app not in self.apps or token not in self.tokens or said.get("oauth_signature_method") != "HMAC-SHA1":
            return None
        secret, user = self.tokens[token]
        everything = [*said.items(), *parse_qsl(query, keep_blank_values=True)]
        wanted = _signature(method, PUBLIC + path, everything, self.apps[app], secret)
        if not hmac.compare_digest(wanted, given):
            return None
        self._nonces.add(seen)
        return Login(user)


def _signature(method: str, url: str, parameters: list[tuple[str, str]], app: str, token: str) -> str:
    spelt = sorted((_quote(name), _quote(value)) for name, value in parameters)
    joined = "&".join(f"{name}={value}" for name, value in spelt)
    base = "&".join((method.upper(), _quote(url), _quote(joined)))
    key = f"{_quote(app)}&{_quote(token)}".encode()
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()


def _quote(text: str) -> str:
    return quote(text, safe="-._~")
