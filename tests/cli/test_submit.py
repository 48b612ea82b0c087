"""`tweetgen generate --submit`: a person fills an account's review queue by hand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tweetgen.domain import Post
from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights, save
from tweetgen.settings import Architecture, Tokens
from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]
SMALL = Architecture(cells=6, embedding=8, label_size=3)
ACCOUNT = """
voice: {ada: 1}
writing: {candidates: 8, max_length: 60}
filters: [length: {max: 280}, overlap]
ranking: {keep: 2, explore: 0}
"""


@pytest.fixture
def account(folder: Path) -> Path:
    """An account `gulls` whose model writes nonsense, and a store with one post."""
    vocabulary = learn(["the rain in spain"] * 5, Tokens(size=300))
    labels: dict[str, tuple[str, ...]] = {"author": ("ada",)}
    random = np.random.default_rng(0)
    shapes = expected_shapes(SMALL, vocabulary.size, labels)
    arrays = {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    for token, spelling in enumerate(vocabulary.token_bytes):
        if not all(chr(byte).isalpha() for byte in spelling):
            arrays["logits.bias"][token] = -99
    (folder / "weights").mkdir()
    save(Weights(arrays, SMALL, vocabulary, labels), folder / "weights" / "shared.safetensors")
    (folder / "accounts").mkdir()
    (folder / "accounts" / "gulls.yaml").write_text(ACCOUNT)
    (folder / "config.yaml").write_text("{}")
    with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
        store.add_page(None, [Post("ada", "the gull stole the rope", "1", "test")])
    return folder


def test_the_best_go_to_review_with_their_scores(tweetgen: Run, account: Path) -> None:
    code, out, err = tweetgen("generate", "--account", "gulls", "--submit", "--seed", "1")
    assert (code, err) == (0, "gulls: 8 written, 2 sent to review\n")
    with Store.open(f"sqlite:///{account}/state/tweetgen.db") as store:
        pending = store.candidates.pending("gulls")
    assert len(pending) == 2
    assert all(one.text in out for one in pending)
    assert out.count("score 0.") == 2
    assert (account / "state" / "overlap" / "manifest.json").exists()


def test_as_many_are_written_as_asked_for(tweetgen: Run, account: Path) -> None:
    _, _, err = tweetgen("generate", "--account", "gulls", "--submit", "-n", "11")
    assert err == "gulls: 11 written, 2 sent to review\n"


def test_nothing_left_is_told_with_who_dropped_it(tweetgen: Run, account: Path) -> None:
    (account / "accounts" / "gulls.yaml").write_text(ACCOUNT.replace("280", "1"))
    code, out, err = tweetgen("generate", "--account", "gulls", "--submit")
    assert (code, out) == (2, "")
    assert err == "gulls: 8 written, 0 sent to review; dropped by length 8\n"


@pytest.mark.parametrize("more", [["--as", "ada"], ["--json"], ["--interactive"], ["--prefix", "a"]])
def test_what_review_cannot_take_is_refused(tweetgen: Run, account: Path, more: list[str]) -> None:
    code, _, err = tweetgen("generate", "--account", "gulls", "--submit", *more)
    assert code == 2
    assert "--submit takes --account" in err


def test_an_account_is_needed(tweetgen: Run, account: Path) -> None:
    assert "--submit takes --account" in tweetgen("generate", "--submit")[2]
