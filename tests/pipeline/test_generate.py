"""Every wish of every account is written in one batch, each as if alone."""

from types import SimpleNamespace
from typing import Any

from tweetgen.domain import Candidate
from tweetgen.pipeline.generate import Wish, generate
from tweetgen.settings import Writing


class Echo:
    """Writes what it was asked for."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def write(self, orders: Any) -> list[Candidate]:
        self.batches.append(len(orders))
        return [
            Candidate(f"{order.prefix}{order.seed}", order.author, "echo", order.seed, (1.0,), True, 0.0)
            for order in orders
        ]


def test_wishes_are_one_batch_and_come_back_apart() -> None:
    model: Any = Echo()
    wishes = [
        Wish({"Ada": 1}, 2, 10, "a"),
        Wish({}, 0, 20),
        Wish({"Bob": 2, "Ada": 1}, 3, 30, "b", Writing(max_length=50)),
    ]
    written = generate(model, wishes)
    assert model.batches == [5]
    assert [[each.text for each in some] for some in written] == [["a10", "a11"], [], ["b30", "b31", "b32"]]
    assert written[2][0].voice == {"Bob": 2, "Ada": 1}


def test_an_account_without_wishes_costs_nothing() -> None:
    assert generate(SimpleNamespace(write=lambda orders: []), []) == []  # type: ignore[arg-type]
