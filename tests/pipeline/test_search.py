"""Posts are found by their words, however these are spelt."""

from pathlib import Path

import pytest

from tweetgen.domain import Post
from tweetgen.pipeline.search import search, search_page
from tweetgen.store import Store

TEXTS = ["Grüße aus\n dem NEBEL", "gru\u0308ße, im nebel", "Grusse", "STRASSE"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nebel", [0, 1]),
        ("dem  nebel", [0]),
        ("GRÜSSE", [0, 1]),
        ("grusse", [2]),
        ("straße", [3]),
        ("fog", []),
    ],
)
def test_capitals_white_space_and_accents_make_no_difference(tmp_path: Path, text: str, found: list[int]) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'posts.db'}") as store:
        store.add_page(None, [Post("ada", each, str(number), "test") for number, each in enumerate(TEXTS)])
        assert [post.text for post in search(store, text)] == [TEXTS[number] for number in found]
        assert list(search(store, text, ["bob"])) == []


@pytest.mark.parametrize("text", ["nebel", "GRÜSSE", "grusse", "straße", "ss", "e", "", "   ", "ü", "fog", "%", "100%"])
@pytest.mark.parametrize(("limit", "reach", "most"), [(1, 9, 9), (2, 1, 9), (9, 2, 1), (9, 9, 9)])
def test_page_by_page_the_same_posts_are_found(tmp_path: Path, text: str, limit: int, reach: int, most: int) -> None:
    texts = [*TEXTS, "fo\u017fs", "100%", "100 foss"]
    with Store.open(f"sqlite:///{tmp_path / 'posts.db'}") as store:
        store.add_page(None, [Post("ada", each, str(number), "test") for number, each in enumerate(texts)])
        store.add_page(None, [Post("bob", each, f"bob {number}", "test") for number, each in enumerate(texts)])
        for author in ("ada", "bob", None, "eve"):
            found: list[Post] = []
            after: int | None = 0
            while after is not None:
                page = search_page(store, text, author, limit, after, reach, most)
                assert len(page.posts) <= limit
                assert page.through is None or page.through > after
                found += [one.post for one in page.posts]
                after = page.through
            assert found == list(search(store, text, None if author is None else [author]))
