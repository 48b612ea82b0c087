"""Budgets by minutes and by epochs, and the learning rate over them."""

import numpy as np
import pytest

from tweetgen.settings import Training
from tweetgen.training.schedule import CONTINUING, FROM_SCRATCH, WARM_UP, Budget, height, learning_rate

PLACES = np.linspace(0, 1, 201)


def rates(schedule: str) -> list[float]:
    return [learning_rate(0.5, schedule, place) for place in PLACES]


@pytest.mark.parametrize("schedule", ["linear", "cosine", "constant"])
def test_the_rate_climbs_to_its_height_and_never_over_it(schedule: str) -> None:
    found = np.array(rates(schedule))
    warm = PLACES < WARM_UP
    assert (found > 0)[:-1].all(), "a step without any rate is a step for nothing"
    assert (np.diff(found[warm]) >= 0).all()
    assert (np.diff(found[~warm]) <= 1e-12).all()
    assert found.max() == pytest.approx(0.5, rel=0.01)
    assert found[0] < 0.1


def test_each_schedule_falls_in_its_own_way() -> None:
    middle = WARM_UP + (1 - WARM_UP) / 2
    quarter = WARM_UP + (1 - WARM_UP) / 4
    assert learning_rate(1.0, "linear", quarter) == pytest.approx(0.75)
    assert learning_rate(1.0, "linear", middle) == pytest.approx(0.5)
    assert learning_rate(1.0, "cosine", quarter) == pytest.approx((1 + np.sqrt(0.5)) / 2)
    assert learning_rate(1.0, "cosine", middle) == pytest.approx(0.5)
    assert learning_rate(1.0, "constant", middle) == 1.0
    assert learning_rate(1.0, "linear", 1.0) == learning_rate(1.0, "cosine", 1.0) == 0.0
    assert learning_rate(1.0, "constant", 1.0) == 1.0


@pytest.mark.parametrize(
    ("minutes", "epochs", "seconds", "read", "spent"),
    [
        (2.0, None, 30.0, 7.5, 0.25),
        (None, 10.0, 9999.0, 7.5, 0.75),
        (2.0, 10.0, 30.0, 7.5, 0.75),
        (2.0, 10.0, 119.0, 7.5, 119 / 120),
        (2.0, None, 500.0, 0.0, 1.0),
        (None, 0.5, 0.0, 3.0, 1.0),
        (0.01, None, 0.0, 0.0, 0.0),
    ],
)
def test_a_budget_ends_with_the_first_of_its_limits(
    minutes: float | None, epochs: float | None, seconds: float, read: float, spent: float
) -> None:
    assert Budget(Training(minutes=minutes, epochs=epochs)).fraction(seconds, read) == pytest.approx(spent)


def test_a_network_that_goes_on_learns_more_gently_unless_told_otherwise() -> None:
    assert height(Training(), continuing=False) == FROM_SCRATCH
    assert height(Training(), continuing=True) == CONTINUING < FROM_SCRATCH
    assert height(Training(learning_rate=0.7), continuing=True) == 0.7
