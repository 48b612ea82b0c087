"""The configuration as YAML, every default filled in; secrets stay the references they are."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import yaml
from pydantic import BaseModel

from tweetgen.config.entries import DestinationEntry, Entry
from tweetgen.schedule import durations


def as_yaml(model: BaseModel) -> str:
    """`model` as it could stand in its file."""
    text: str = yaml.safe_dump(_plain(model), sort_keys=False, allow_unicode=True, width=110)
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {field.alias or name: _plain(getattr(value, name)) for name, field in fields.items()}
    if isinstance(value, DestinationEntry):
        return {value.entry.name: {**_plain(value.entry.settings), **_plain(value.delivery)}}
    if isinstance(value, timedelta):
        return durations.spell(value)
    if isinstance(value, Entry):
        return _plain(value.written())
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return _without_password(value) if isinstance(value, str) else value


def _without_password(text: str) -> str:
    """`postgresql://user:***@host/name`, should a password stand in the file after all."""
    return re.sub(r"(://[^:/@\s]*:)[^/@\s]*@", r"\1***@", text)
