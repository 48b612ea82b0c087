"""Posts are found by their words, however these are spelt."""

from pathlib import Path

import pytest

from tweetgen.domain import Post
from tweetgen.pipeline.search import search
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
