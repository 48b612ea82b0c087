"""Settings changed for one run: checked as those of the file are."""

import pytest

from tweetgen.config import Config, adjusted_recipe
from tweetgen.errors import ConfigError
from tweetgen.settings import Architecture, Recipe, Tokens, Training

CONFIG = Config(network=Architecture(cells=64), training=Training(epochs=3, minutes=None))


def test_nothing_changed_is_the_configuration() -> None:
    assert adjusted_recipe(CONFIG, [], "--set") == Recipe(
        tokens=CONFIG.tokens, network=CONFIG.network, training=CONFIG.training
    )


def test_changes_of_every_section_and_kind_are_taken() -> None:
    changes = [
        "tokens.level=char",
        "network.cells=256",
        "network.tied=false",
        " training.learning_rate = 1e-2",
        "training.minutes=null",
        "training.epochs=2.5",
        "training.schedule=cosine",
    ]
    found = adjusted_recipe(CONFIG, changes, "--set")
    assert found.tokens == Tokens(level="char")
    assert found.network == Architecture(cells=256, tied=False)
    assert found.training == Training(learning_rate=0.01, minutes=None, epochs=2.5, schedule="cosine")


def test_the_last_word_counts() -> None:
    assert adjusted_recipe(CONFIG, ["network.cells=1", "network.cells=2"], "--set").network.cells == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("network.cels=9", "--set: network.cels: unknown key; did you mean 'cells'"),
        ("netwrk.cells=9", "--set: netwrk: unknown key; did you mean 'network'"),
        ("cells=9", "--set: 'cells=9' does not fit; allowed: section.key=value"),
        ("network.cells", "--set: 'network.cells' does not fit; allowed: section.key=value"),
        ("network.cells=many", "--set: network.cells: 'many' does not fit; allowed: "),
        ("network.cells=0", "--set: network.cells: 0 does not fit; allowed: "),
        ("network.cells=1.5", "--set: network.cells: 1.5 does not fit; allowed: "),
        ("network.cells=", "--set: network.cells: "),
        ("network.cell=rnn", "--set: network.cell: 'rnn' does not fit; allowed: "),
        ("network.tied=maybe", "--set: network.tied: 'maybe' does not fit; allowed: "),
        ("training.dropout=1", "--set: training.dropout: 1 does not fit; allowed: "),
        ("training.minutes=[", "--set: training.minutes: '[' does not fit; allowed: "),
        ("training.minutes=.nan", "--set: training.minutes: "),
        ("training.learning_rate=1e999", "--set: training.learning_rate: "),
        ("training.seed=2020-01-01", "--set: training.seed: "),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(change: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        adjusted_recipe(CONFIG, [change], "--set")
    (problem,) = caught.value.problems
    assert problem.startswith(told)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        adjusted_recipe(CONFIG, ["tokens.size=1", "network.x=1", "network.cells=0", "training.seed=-1", "y"], "--set")
    assert len(caught.value.problems) == 5
