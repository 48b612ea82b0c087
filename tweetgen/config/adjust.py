"""Changes to how a network is trained, given as `section.key=value` for one run, checked as the file would be."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from tweetgen.config.documents import read_value
from tweetgen.config.model import Config
from tweetgen.config.problems import described, line
from tweetgen.errors import ConfigError, suggestion
from tweetgen.settings import Architecture, Recipe, Tokens, Training

Section = TypeVar("Section", Tokens, Architecture, Training)
SECTIONS = ("tokens", "network", "training")


def adjusted_recipe(config: Config, changes: Sequence[str], source: str) -> Recipe:
    """The configuration's recipe with `changes`; raises ConfigError naming `source` with every problem at once."""
    problems: list[str] = []
    wanted: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    for change in changes:
        path, equals, text = change.partition("=")
        section, dot, key = path.strip().partition(".")
        if not equals or not dot:
            problems.append(line(source, (), f"{change!r} does not fit; allowed: section.key=value"))
        elif section not in wanted:
            problems.append(line(source, (section,), f"unknown key; {suggestion(section, SECTIONS)}"))
        else:
            wanted[section][key] = read_value(text)
    tokens = _section(config.tokens, wanted["tokens"], (source, "tokens"), problems)
    network = _section(config.network, wanted["network"], (source, "network"), problems)
    training = _section(config.training, wanted["training"], (source, "training"), problems)
    if problems:
        raise ConfigError(problems)
    return Recipe(labels=config.labels, tokens=tokens, network=network, training=training)


def _section(standing: Section, changes: dict[str, Any], where: tuple[str, str], problems: list[str]) -> Section:
    """The section with its changes; as it stands, and the problems noted, where they do not fit."""
    adapter = TypeAdapter(type(standing))
    raw = {**asdict(standing), **changes}
    try:
        return adapter.validate_json(json.dumps(raw), strict=True)
    except ValidationError as error:
        problems.extend(described(error, where[0], adapter.json_schema, raw=raw, under=(where[1],)))
        return standing
