"""Secrets stand in files as `{$env: NAME}` or `{$file: PATH}` and are looked up when a plugin is made."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tweetgen.domain import Json
from tweetgen.errors import TweetgenError

ENV, FILE = "$env", "$file"
MOST_BYTES = 100_000
_QUOTED = re.compile(r"\s*\{?\s*\$(?:env|file)\s*:\s*\S")
QUOTED = "is a text because of its quotes, not a reference to a secret; leave the quotes around {…} away"

Place = tuple[str | int, ...]


class SecretError(TweetgenError):
    """A reference whose secret is not there; says which, never what."""


def is_secret(value: object) -> bool:
    """Whether `value` is meant as a reference to a secret: a mapping with a key that begins with `$`."""
    return isinstance(value, Mapping) and any(str(key).startswith("$") for key in value)


def places(value: Json, here: Place = ()) -> Iterator[tuple[Place, Json]]:
    """Every reference in `value` with the path to it."""
    if is_secret(value):
        yield here, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*here, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*here, number))


def is_quoted(value: object) -> bool:
    """Whether it is a text that was surely meant as a reference, such as "{$env: NAME}"."""
    return isinstance(value, str) and _QUOTED.match(value) is not None


def quoted(value: Json, here: Place = ()) -> Iterator[Place]:
    """The path to every text in `value` that was meant as a reference."""
    if is_quoted(value):
        yield here
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from quoted(item, (*here, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from quoted(item, (*here, number))


def check(reference: Json) -> str | None:
    """What is wrong with the shape of a reference, None if nothing is; looks nothing up."""
    if is_quoted(reference):
        return QUOTED
    if isinstance(reference, dict) and len(reference) == 1:
        ((key, name),) = reference.items()
        if key in (ENV, FILE) and isinstance(name, str) and name:
            return None
    return "is no reference to a secret; allowed: {$env: NAME}, {$file: PATH}"


def resolve(value: Any, base: Path, environment: Mapping[str, str]) -> Any:
    """`value` with its references replaced by secrets; relative paths start at `base`. Raises SecretError."""
    if is_secret(value):
        return _look_up(value, base, environment)
    if isinstance(value, dict):
        return {key: resolve(item, base, environment) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, base, environment) for item in value]
    return value


def masked(value: Json) -> Json:
    """`value` with a dummy text for every reference, to check the shape of the rest."""
    if is_secret(value):
        return "secret"
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return value


def _look_up(reference: Json, base: Path, environment: Mapping[str, str]) -> str:
    problem = check(reference)
    if problem or not isinstance(reference, dict):
        raise SecretError(problem or "")
    ((kind, name),) = reference.items()
    if kind == ENV:
        if not environment.get(str(name)):
            raise SecretError(f"the environment variable {name} is not set; set it before starting tweetgen")
        return environment[str(name)]
    return _read(base / str(name))


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            secret = file.read(MOST_BYTES).strip()
    except OSError as error:
        raise SecretError(f"the secret file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SecretError(f"the secret file {path} is not UTF-8") from None
    if not secret:
        raise SecretError(f"the secret file {path} is empty")
    return secret
