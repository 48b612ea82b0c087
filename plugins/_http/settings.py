"""The settings of everything that calls an address."""

import re
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    model_validator,
)

from .signing import key_of

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x20-\x7e\t]*")


def _web_address(text: str) -> str:
    TypeAdapter(HttpUrl).validate_python(text)
    return text


def _usable_secret(secret: SecretStr) -> SecretStr:
    key_of(secret.get_secret_value())
    return secret


def _usable_headers(headers: dict[str, SecretStr]) -> dict[str, SecretStr]:
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value.get_secret_value()):
            raise ValueError(f"{name!r} is no header, or its value holds characters that none may hold")
    return headers


#: http:// or https://, kept as it was written
WebAddress = Annotated[str, AfterValidator(_web_address)]


class HttpSettings(BaseModel):
    """Where requests go, how they are signed, and how long they may take."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    url: WebAddress
    """The address that is called."""
    secret: Annotated[SecretStr, AfterValidator(_usable_secret)] | None = Field(None, min_length=8)
    """Signs every request (HMAC-SHA256), so that the receiver knows whose it is; as text, or `whsec_` and base64."""
    headers: Annotated[dict[str, SecretStr], AfterValidator(_usable_headers)] = {}
    """Sent along, such as `Authorization`."""
    allow_private: bool = False
    """Whether the address may be one of this machine or its local network."""
    connect_seconds: float = Field(5, gt=0)
    """How long connecting may take."""
    read_seconds: float = Field(15, gt=0)
    """How long the receiver may be silent."""
    total_seconds: float = Field(25, gt=0)
    """How long all of it may take; should be less than `service: {plugin_timeout: …}` in config.yaml."""

    @model_validator(mode="after")
    def _the_whole_is_the_longest(self) -> Self:
        if self.total_seconds < max(self.connect_seconds, self.read_seconds):
            raise ValueError("`total_seconds` is less than one of its parts")
        return self
