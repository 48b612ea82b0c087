"""How one speaks to X, and as whom: the settings that its source and its destination share."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from tweetgen.errors import InputError

from .._http.settings import WebAddress
from .port import BASE_URL, BearerToken, UserKeys

USER_KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
#: what a key may be made of: anything else would break a header apart
_KEY = re.compile(r"[\x21-\x7e]+")


def _usable(key: SecretStr) -> SecretStr:
    if not _KEY.fullmatch(key.get_secret_value()):
        raise ValueError("a key of X is one word of letters, digits and signs")
    return key


#: a key or token as X gives it out
Key = Annotated[SecretStr, AfterValidator(_usable)]


class XSettings(BaseModel):
    """Where X is, whose login is used, and how long a request may take."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    consumer_key: Key | None = None
    """OAuth 1.0a: the app's API key."""
    consumer_secret: Key | None = None
    """OAuth 1.0a: the app's API key secret."""
    access_token: Key | None = None
    """OAuth 1.0a: the user's access token; these four stay valid until somebody revokes them."""
    access_token_secret: Key | None = None
    """OAuth 1.0a: the user's access token secret."""
    client_id: Key | None = None
    """OAuth 2.0: the app's client id, instead of the four keys; then run `tweetgen auth x ACCOUNT` once."""
    client_secret: Key | None = None
    """OAuth 2.0: the app's client secret, if X gave it one ("confidential client")."""
    login: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9._-]{0,60}$")] | None = None
    """OAuth 2.0: under which name the tokens are kept; by default the account's."""
    base_url: WebAddress = BASE_URL
    """Where the API is; another for a gateway, or to try things out against a local server."""
    app: Annotated[str, Field(min_length=1)] = "x"
    """Which X app the keys are of: all accounts of one app share its limits and its budget."""
    connect_seconds: float = Field(3, gt=0)
    """How long connecting may take."""
    read_seconds: float = Field(20, gt=0)
    """How long X may be silent."""
    total_seconds: float = Field(25, gt=0)
    """How long a request may take; should be less than `service: {plugin_timeout: …}` in config.yaml."""

    @model_validator(mode="after")
    def _one_whole_login(self) -> Self:
        given = [name for name in USER_KEYS if getattr(self, name) is not None]
        if given and len(given) < len(USER_KEYS):
            missing = [name for name in USER_KEYS if name not in given]
            raise ValueError(f"{' and '.join(missing)} missing: OAuth 1.0a needs all four keys")
        if given and self.client_id is not None:
            raise ValueError("either the four keys of OAuth 1.0a or a client_id of OAuth 2.0, not both")
        if self.client_id is None and (self.client_secret is not None or self.login is not None):
            raise ValueError("client_secret and login belong to a client_id")
        return self

    @property
    def user_keys(self) -> UserKeys | None:
        """The four keys; None where OAuth 2.0 is used, or nothing at all."""
        keys = [getattr(self, name) for name in USER_KEYS]
        return None if None in keys else UserKeys(*(key.get_secret_value() for key in keys))

    def secret_name(self, account: str) -> str:
        """Under which `host.secrets` keeps the tokens of this login."""
        return f"x.{self.login or re.sub(r'[^a-z0-9._-]', '_', account.lower()) or 'instance'}"


def bearer(token: SecretStr) -> BearerToken:
    """As the port takes it."""
    return BearerToken(token.get_secret_value())


def no_login(account: str) -> InputError:
    """Nothing that X would believe was given."""
    remedy = f"give its four keys, or a client_id and run: tweetgen auth x {account or 'ACCOUNT'}"
    return InputError(f"the login at X of {account or 'the instance'}", "is not there", remedy)
