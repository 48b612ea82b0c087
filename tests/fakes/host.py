"""A host of one account whose limits and budget say what a test wants; state and secrets are real enough."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from tweetgen.domain import Json
from tweetgen.errors import BudgetSpent
from tweetgen.interfaces import Rate
from tweetgen.vault import FileVault


@dataclass
class FakeHost:
    """A host of one account whose limits and budget say what a test wants."""

    secrets: FileVault
    account: str = "keeper"
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("test"))
    kept: list[Json] = field(default_factory=list)
    taken: list[tuple[str, str, int]] = field(default_factory=list)
    learnt: list[tuple[Any, ...]] = field(default_factory=list)
    spent: list[Decimal] = field(default_factory=list)
    until: datetime | None = None
    broken: Exception | None = None
    cap: Decimal | None = None

    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def state(self) -> "FakeHost":
        return self

    limits = budget = state

    def get(self) -> tuple[Json, int]:
        return (self.kept[-1], len(self.kept)) if self.kept else (None, 0)

    def put(self, value: Json, version: int) -> bool:
        if version == len(self.kept):
            self.kept.append(value)
            return True
        return False

    def take(self, app: str, endpoint: str, rates: Sequence[Rate] = ()) -> datetime | None:
        if self.broken:
            raise self.broken
        self.taken.append((app, endpoint, len(rates)))
        return self.until

    def learn(self, *told: Any, shared: bool = True) -> None:
        if self.broken:
            raise self.broken
        self.learnt.append((*told, shared))

    def left(self, app: str, *, per_day: Decimal | None = None, per_month: Decimal | None = None) -> Decimal | None:
        return self.cap

    def reserve(
        self, app: str, amount: Decimal, *, per_day: Decimal | None = None, per_month: Decimal | None = None
    ) -> Any:
        if self.cap is not None and amount > self.cap:
            raise BudgetSpent("the budget is spent", self.now() + timedelta(hours=1))
        self.spent.append(amount)
        place = len(self.spent) - 1

        def correct(spent: Decimal) -> None:
            self.spent[place] = spent

        return SimpleNamespace(correct=correct)

    def endpoint(self, name: str) -> int:
        return [endpoint for _, endpoint, _ in self.taken].count(name)
