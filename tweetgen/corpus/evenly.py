"""Some of many, evenly spread and always the same ones."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def evenly(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many of them, in their order."""
    if most >= len(items):
        return list(items)
    return [items[place * len(items) // most] for place in range(most)]
