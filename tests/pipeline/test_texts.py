"""The store's posts as a network reads them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tweetgen.domain import Kind, Post
from tweetgen.pipeline.deduplicate import find_duplicates
from tweetgen.pipeline.texts import Cleanings, SidedTexts, cleaned_texts, cleaning_of, held_out_texts
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
    texts = [(text.author, text.text) for text, _ in cleaned_texts(store, Cleanings())]
    assert texts == [("Ada", "Fog & gulls"), ("Bob", "yes")]
    options = Cleanings(Cleaning(replies=False))
    without_replies = [text.text for text, _ in cleaned_texts(store, options)]
    assert without_replies == ["Fog & gulls"]


def test_each_authors_posts_are_cleaned_their_own_way(store: Store) -> None:
    store.add_page("test", [post("Ada", "@bob yes #fog"), post("Bob", "@ada no #fog")], None)
    cleanings = Cleanings(Cleaning(hashtags="word"), {"Ada": Cleaning(mentions="keep"), "Zoe": Cleaning()})
    assert [text.text for text, _ in cleaned_texts(store, cleanings)] == ["@bob yes #fog", "no fog"]


def test_held_out_texts_stay_when_posts_are_added(store: Store) -> None:
    words = ("gulls", "fog", "tide", "rope", "lamp", "stairs", "kettle")
    posts = [
        post("Ada", f"{a} and {b} at {number}")
        for number, (a, b) in enumerate(zip(words * 9, words[3:] * 9, strict=False))
    ]
    store.add_page("test", posts[:30], None)
    before = held_out_texts(store, Cleanings())
    store.add_page("test", posts[30:], None)
    after = held_out_texts(store, Cleanings())
    assert before
    assert after[: len(before)] == before
    assert {text.author for text in after} == {"Ada"}
    assert len(after) < len(posts) / 2


def test_near_duplicates_come_first_once_among_the_authors_chosen(store: Store) -> None:
    long = "the gull is back on the gallery rail and it has brought a friend with it"
    posts = [post("Ada", long), post("Bob", f"{long}!"), post("Bob", f"{long}!!"), post("Bob", "fog at noon")]
    store.add_page("test", posts, None)
    find_duplicates(store)
    everybody = [each.first for each in SidedTexts(store, Cleanings())]
    assert everybody == [True, False, False, True]
    bob = [each.first for each in SidedTexts(store, Cleanings(), {"Bob"})]
    assert bob == [True, False, True]


def test_the_cleaning_of_a_model_is_read_from_its_origin() -> None:
    cleanings = Cleanings(Cleaning(replies=False), {"Ada": Cleaning(hashtags="word")})
    assert cleaning_of(json.loads(json.dumps(cleanings.to_json()))) == cleanings
    assert cleaning_of({}) == cleaning_of({"cleaning": 1, "cleaning_by_author": [2]}) == Cleanings()
    newer = cleaning_of({"cleaning": {"of a newer version": 1, "repair": False}})
    assert newer == Cleanings(Cleaning(repair=False))
