"""The store's posts as a network reads them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tweetgen.domain import Kind, Post
from tweetgen.pipeline.texts import cleaned_texts, cleaning_of, held_out_texts
from tweetgen.settings import Cleaning
from tweetgen.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'posts.db'}") as opened:
        yield opened


def post(author: str, text: str, kind: Kind = Kind.ORIGINAL) -> Post:
    return Post(author=author, text=text, id=f"{author} {text}", source="test", kind=kind)


def test_only_learnable_texts_come_cleaned_and_in_order(store: Store) -> None:
    posts = [
        post("Ada", "Fog &amp; gulls https://fog.example/1"),
        post("Bob", "https://only.example"),
        post("Bob", "passed on", Kind.REPOST),
        post("Bob", "@ada yes", Kind.REPLY),
    ]
    store.add_page("test", posts, None)
    texts = [(text.author, text.text) for text, _ in cleaned_texts(store, Cleaning())]
    assert texts == [("Ada", "Fog & gulls"), ("Bob", "yes")]
    without_replies = [text.text for text, _ in cleaned_texts(store, Cleaning(replies=False))]
    assert without_replies == ["Fog & gulls"]


def test_held_out_texts_stay_when_posts_are_added(store: Store) -> None:
    words = ("gulls", "fog", "tide", "rope", "lamp", "stairs", "kettle")
    posts = [
        post("Ada", f"{a} and {b} at {number}")
        for number, (a, b) in enumerate(zip(words * 9, words[3:] * 9, strict=False))
    ]
    store.add_page("test", posts[:30], None)
    before = held_out_texts(store, Cleaning())
    store.add_page("test", posts[30:], None)
    after = held_out_texts(store, Cleaning())
    assert before
    assert after[: len(before)] == before
    assert {text.author for text in after} == {"Ada"}
    assert len(after) < len(posts) / 2


def test_the_cleaning_of_a_model_is_read_from_its_origin() -> None:
    assert cleaning_of({"cleaning": {"replies": False, "hashtags": "word"}}) == Cleaning(
        replies=False, hashtags="word"
    )
    assert cleaning_of({}) == Cleaning()
    assert cleaning_of({"cleaning": {"of a newer version": 1, "repair": False}}) == Cleaning(repair=False)
