"""tweetgen as a library: three lines, as in textgenrnn."""

import subprocess
import sys
from pathlib import Path

import pytest

import tweetgen
from tweetgen.settings import Architecture, Recipe, Tokens, Training

POSTS = {
    "keeper": [f"{bird} in the fog, log {n}" for bird in ("gull", "tern", "heron") for n in range(8)],
    "owl": [f"who ate mouse {n}? it was {who}" for who in ("I", "you", "nobody") for n in range(8)],
}


def test_train_load_and_generate(tmp_path: Path) -> None:
    from tweetgen import Model, train

    network = Architecture(layers=1, cells=8, embedding=8, label_size=3)
    training = Training(minutes=None, epochs=1, batch=4, sequence=16)
    recipe = Recipe(tokens=Tokens(size=300), network=network, training=training)
    train(POSTS, tmp_path / "birds.safetensors", start=None, recipe=recipe)
    model = Model.load(tmp_path / "birds.safetensors")
    texts = model.generate(n=3, author="keeper", temperature=0.8, seed=1)
    assert len(texts) == 3
    assert texts == model.generate(n=3, author="keeper", temperature=0.8, seed=1)
    assert model.log_likelihood("gull fog 1", author="keeper") < 0
    assert model.generate(author={"keeper": 2, "owl": 1})


def test_everything_named_is_there_and_nothing_else_is() -> None:
    assert set(tweetgen.__all__) <= set(dir(tweetgen))
    for name in tweetgen.__all__:
        assert getattr(tweetgen, name).__doc__
    with pytest.raises(AttributeError, match="module 'tweetgen' has no attribute 'nonesuch'"):
        _ = tweetgen.nonesuch


def test_importing_it_is_light_and_so_is_writing() -> None:
    """TensorFlow is for training alone."""
    code = "import sys, tweetgen; print(*sys.modules); from tweetgen import Model; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, second = ({name.partition(".")[0] for name in line.split()} for line in done.stdout.splitlines())
    assert not first & {"numpy", "tokenizers", "safetensors", "tensorflow", "keras", "sqlalchemy", "click", "pydantic"}
    assert not second & {"tensorflow", "keras", "sqlalchemy", "click", "pydantic"}
