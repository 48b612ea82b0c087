"""What the API and the pages have in common: the largest numbers, the longest reason, a page of many things."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeAlias, TypeVar

from fastapi import Path

#: what a database's number holds
LARGEST = 2**63 - 1
#: characters
LONGEST_REASON = 500
#: of answers that come bit by bit: a proxy is to pass on each as it comes
AS_IT_COMES = {"X-Accel-Buffering": "no"}
#: of a candidate, a slot, a row … in an address
Number: TypeAlias = Annotated[int, Path(ge=1, le=LARGEST)]

Item = TypeVar("Item")
Cursor = TypeVar("Cursor")


def page_of(found: Sequence[Item], limit: int, place: Callable[[Item], Cursor]) -> tuple[list[Item], Cursor | None]:
    """At most `limit` of what was found, and the place of the last one where there are more, else None.

    `found`: one more than `limit`, where there are so many.
    """
    return list(found[:limit]), place(found[limit - 1]) if len(found) > limit else None
