"""Thawing: what is held stays bit for bit, what is new learns in every stage."""

import numpy as np
import pytest

from tweetgen.training.thaw import LAYERS, ROWS, Thaw, thaw_of

SHAPES = {
    "embedding": (5, 2),
    "label.author": (4, 3),
    "rnn.0.kernel": (5, 6),
    "rnn.0.bias": (2, 6),
    "rnn.1.kernel": (2, 6),
    "attention.score": (4, 1),
    "readout.kernel": (8, 2),
    "readout.bias": (2,),
    "logits.bias": (5,),
}
INHERITED = {"embedding": 4, "logits.bias": 4, "label.author": 2}


def open_rows(masks: dict[str, np.ndarray]) -> dict[str, list[float]]:
    return {name: mask.ravel().tolist() for name, mask in masks.items() if mask.any()}


def test_at_first_only_new_rows_learn() -> None:
    thaw = Thaw(SHAPES, INHERITED, "rows")
    assert thaw.stage(0) == thaw.stage(ROWS - 0.01) == 0
    assert open_rows(thaw.masks(0)) == {
        "embedding": [0, 0, 0, 0, 1],
        "label.author": [0, 0, 1, 1],
        "logits.bias": [0, 0, 0, 0, 1],
    }


def test_then_all_of_it() -> None:
    thaw = Thaw(SHAPES, INHERITED, "rows")
    assert all(mask.all() for mask in thaw.masks(thaw.stage(ROWS)).values())


def test_layer_by_layer_each_thaws_alone_beside_what_is_new() -> None:
    thaw = Thaw(SHAPES, INHERITED, "layers")
    stages = sorted({thaw.stage(fraction) for fraction in np.linspace(0, LAYERS - 1e-6, 200)})
    assert stages == [0, 1, 2, 3, 4, 5, 6]
    opened = [
        {name for name, mask in thaw.masks(stage).items() if mask.all()} - {"label.author"} for stage in stages[1:]
    ]
    assert opened == [
        {"embedding"},
        set(),  # the label's own layer
        {"rnn.0.kernel", "rnn.0.bias"},
        {"rnn.1.kernel"},
        {"attention.score"},
        {"readout.kernel", "readout.bias", "logits.bias"},
    ]
    assert all(mask.all() for mask in thaw.masks(thaw.stage(LAYERS)).values())


def test_only_what_is_new_may_learn_for_ever() -> None:
    thaw = Thaw(SHAPES, INHERITED, "only")
    assert {thaw.stage(fraction) for fraction in (0, 0.5, 1)} == {0}


@pytest.mark.parametrize("kind", ["rows", "layers", "only"])
def test_where_nothing_is_new_all_learns_from_the_start(kind: str) -> None:
    assert thaw_of(SHAPES, {"embedding": 5, "logits.bias": 5, "label.author": 4}, kind) is None
    assert thaw_of(SHAPES, {}, kind) is None
    assert thaw_of(SHAPES, INHERITED, "off") is None
    assert thaw_of(SHAPES, INHERITED, kind) is not None
