"""Gathering: what is measured on was never learnt from, and what a file could not give is told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tweetgen.domain import Post
from tweetgen.interfaces import Page
from tweetgen.model.model import Model
from tweetgen.pipeline.gather import gather
from tweetgen.pipeline.texts import Text
from tweetgen.store import Store

#: no two alike
SIGHTS = [
    f"{a} {b}"
    for a in ("seagulls", "umbrellas", "trains", "pancakes", "wizards")
    for b in ("before breakfast", "in Lisbon", "underwater", "on television", "without me", "twice, slowly")
]


def post(author: str, text: str) -> Post:
    return Post(author=author, text=text, id=f"{author} {text}", source="test")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'posts.db'}") as opened:
        posts = [post(author, f"{author} saw {SIGHTS[one]}") for author in ("ada", "bob", "zoe") for one in range(30)]
        opened.add_page(None, posts, None)
        yield opened


@pytest.fixture
def model(tmp_path: Path, save_model: Callable[..., Path]) -> Model:
    return Model.load(save_model(tmp_path / "pair.safetensors", "ada", "bob"))


def test_the_held_out_posts_of_the_models_authors_are_measured_on_and_all_others_were_learnt(
    store: Store, model: Model
) -> None:
    found = gather(store, model)
    assert {text.author for text in found.real} == {"ada", "bob"}
    assert len(found.real) + len(found.learnt) == 60
    assert not set(found.real) & set(found.learnt)


def test_at_most_so_many_are_measured_on(store: Store, model: Model) -> None:
    assert len(gather(store, model, most=3).real) == 3


def test_a_file_is_measured_on_whoever_wrote_it(store: Store, model: Model) -> None:
    told: list[str] = []
    pages = [Page([post("yan", "@bob hello"), post("ada", f"ada saw {SIGHTS[1]}")], None, ["posts:3: is no JSON"])]
    found = gather(store, model, pages, told=told.append)
    assert found.real == [Text("yan", "hello"), Text("ada", f"ada saw {SIGHTS[1]}")]
    assert Text("ada", f"ada saw {SIGHTS[1]}") not in found.learnt
    assert len(found.learnt) == 59
    assert told == ["posts:3: is no JSON"]


def test_nothing_to_measure_on_is_said_by_an_empty_list(store: Store, model: Model) -> None:
    found = gather(store, model, [])
    assert (found.real, found.learnt) == ([], [])
