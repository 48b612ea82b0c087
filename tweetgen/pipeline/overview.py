"""The corpus in numbers, counted again only once something has changed."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tweetgen.domain import Kind
from tweetgen.store import AuthorSummary, Store
from tweetgen.store.browsing import Extent


@dataclass(frozen=True)
class Overview:
    """All posts in numbers."""

    extent: Extent
    #: by name
    authors: Sequence[AuthorSummary]
    #: posts by source
    sources: Mapping[str, int]

    @property
    def posts(self) -> int:
        """How many."""
        return sum(one.posts for one in self.authors)

    @property
    def trainable(self) -> int:
        """Posts that may be learnt from."""
        return sum(one.trainable for one in self.authors)

    @property
    def characters(self) -> int:
        """Code points of raw text."""
        return sum(one.characters for one in self.authors)

    @property
    def duplicates(self) -> int:
        """Posts that nearly repeat an earlier one."""
        return sum(one.duplicates for one in self.authors)

    @property
    def first(self) -> datetime | None:
        """When the oldest dated post was written."""
        return min((one.first for one in self.authors if one.first), default=None)

    @property
    def last(self) -> datetime | None:
        """When the newest dated post was written."""
        return max((one.last for one in self.authors if one.last), default=None)

    @property
    def kinds(self) -> dict[Kind, int]:
        """Posts by kind, the kinds there are."""
        counts = {kind: sum(one.kinds.get(kind, 0) for one in self.authors) for kind in Kind}
        return {kind: count for kind, count in counts.items() if count}


class Counting:
    """Counts; a million posts take two seconds, so what was counted is kept."""

    def __init__(self) -> None:
        self._kept: Overview | None = None
        self._begun = 0.0
        self._lock = threading.Lock()

    def overview(self, store: Store) -> Overview:
        """The posts as they are now. Raises `StoreError`."""
        asked = time.monotonic()
        with self._lock:  # who comes meanwhile waits for the numbers instead of counting, too
            extent = store.browse.extent()
            # while posts come in, what was counted since somebody asked is new enough for them
            if self._kept is None or (self._kept.extent != extent and self._begun < asked):
                self._begun = time.monotonic()
                self._kept = Overview(extent, store.summaries(), store.by_source())
            return self._kept
