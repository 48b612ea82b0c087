"""`tweetgen.train`: texts in, a model out, the file beside it."""

import errno
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tweetgen.domain import Post
from tweetgen.errors import InputError, MissingDependency, UnknownName
from tweetgen.model import weights
from tweetgen.model.model import Model
from tweetgen.pipeline.train import Listener, resume, train_on
from tweetgen.settings import Architecture, Recipe, Tokens, Training

SMALL = Recipe(
    tokens=Tokens(size=300),
    network=Architecture(layers=1, cells=8, embedding=8, label_size=3),
    training=Training(minutes=None, epochs=1, batch=4, sequence=16, seed=1),
)
Invent = Callable[..., list[Post]]
pytestmark = pytest.mark.usefixtures("quickly")


def test_texts_by_author_or_posts(posts: Invent, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "own.safetensors"
    own = posts("ada", 12)
    by_author = {"ada": (post.text for post in own)}
    one = train_on(by_author, target, start=None, recipe=SMALL)
    assert Model.load(target).authors == one.authors == ("ada",)
    other = train_on(own, target, start=None, recipe=SMALL)
    assert other.log_likelihood("fog", "ada") == one.log_likelihood("fog", "ada")


def test_ctrl_c_is_ctrl_c(posts: Invent, tmp_path: Path) -> None:
    class Stopping(Listener):
        def progress(self, progress: Any) -> None:
            if progress.steps == 2:
                raise KeyboardInterrupt

    target = tmp_path / "own.safetensors"
    with pytest.raises(KeyboardInterrupt):
        train_on(posts("ada", 12), target, start=None, recipe=SMALL, listener=Stopping())
    assert Model.load(target).authors == ("ada",)


def test_a_full_disk_is_an_os_error(posts: Invent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(weights, "save", full)
    with pytest.raises(OSError, match="No space left"):
        train_on(posts("ada", 12), tmp_path / "own.safetensors", start=None, recipe=SMALL)


def test_nothing_is_not_enough(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to learn from"):
        train_on({}, tmp_path / "own.safetensors", start=None)
    with pytest.raises(UnknownName, match="unknown model 'nonesuch'"):
        train_on({"ada": ["fog"]}, tmp_path / "own.safetensors", start="nonesuch")


@pytest.mark.parametrize("level", ["subword", "char", "word"])
def test_strange_characters_are_learnt_and_written_like_any_other(tmp_path: Path, level: Any) -> None:
    """Lone surrogates, NULs, and what looks like a special token but is text."""
    strange = ["\ud800 lone", "nul\0nul", "<|endoftext|> [UNK] <s> </s> <pad>", "🏴‍☠️ ‍ é", "\udfff", "\0"]
    texts = {"ada": [f"{text} {n}" for n in range(5) for text in strange], "<|endoftext|>": ["END"] * 3}
    recipe = replace(SMALL, tokens=Tokens(level=level, size=300))
    model = train_on(texts, tmp_path / "strange.safetensors", start=None, recipe=recipe)
    assert model.authors == ("<|endoftext|>", "ada")
    for text in model.generate(4, "<|endoftext|>", seed=2, prefix="<|endoftext|>"):
        assert text.startswith("<|endoftext|>")
        assert text.encode()


def test_tensorflow_missing_is_told_with_what_to_install(
    posts: Invent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(MissingDependency, match=r"training needs keras, .*; run: pip install 'tweetgen\[train\]'"):
        train_on(posts("ada", 12), tmp_path / "own.safetensors", start=None, recipe=SMALL)
    with pytest.raises(MissingDependency, match=r"run: pip install 'tweetgen\[train\]'"):
        resume(tmp_path / "training", tmp_path / "own.safetensors")
