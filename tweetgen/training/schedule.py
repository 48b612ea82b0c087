"""How far training has come, and the learning rate that goes with it."""

import math
from dataclasses import dataclass

from tweetgen.settings import Training

#: share of the training in which the learning rate climbs to its height
WARM_UP = 0.02
#: heights of the learning rate where nobody asks for one
FROM_SCRATCH, CONTINUING = 1e-2, 3e-3
#: of rows that nobody has learnt yet, while all else is held
NEW_ROWS = 5e-2


@dataclass(frozen=True)
class Budget:
    """Training ends when the first of its limits is reached."""

    settings: Training

    def fraction(self, seconds: float, epochs: float) -> float:
        """How much of the budget is spent, 0 to 1, after `seconds` of training and `epochs` passes."""
        spent = [0.0]
        if self.settings.minutes is not None:
            spent.append(seconds / (60 * self.settings.minutes))
        if self.settings.epochs is not None:
            spent.append(epochs / self.settings.epochs)
        return min(1.0, max(spent))


def height(settings: Training, *, continuing: bool) -> float:
    """The learning rate at its height: the one asked for, else what suits a new or a `continuing` network."""
    return settings.learning_rate or (CONTINUING if continuing else FROM_SCRATCH)


def learning_rate(height: float, schedule: str, fraction: float) -> float:
    """The learning rate at `fraction` of the budget: up to `height` in the warm-up, then down as `schedule` says."""
    if fraction < WARM_UP:
        return height * max(fraction, WARM_UP / 20) / WARM_UP
    left = (1 - fraction) / (1 - WARM_UP)
    shapes = {"linear": left, "cosine": (1 - math.cos(math.pi * left)) / 2, "constant": 1.0}
    return height * shapes[schedule]
