"""Looking around in the corpus, a little at a time."""

import sys
from unicodedata import normalize

from tweetgen.domain import Post
from tweetgen.store import Fingerprint, Store
from tweetgen.store.browsing import FOLDED_TO_ASCII, Extent


def test_what_may_turn_into_ascii_is_known() -> None:
    every = (chr(code) for code in range(128, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    turned = [one for one in every if any(_plain(part) for part in normalize("NFC", one).casefold())]
    assert "".join(turned) == FOLDED_TO_ASCII


def _plain(character: str) -> bool:
    return character.isascii() and character.isalnum()


def test_the_database_leaves_out_only_what_cannot_hold_the_words(url: str) -> None:
    texts = ["FOG at sea", "a 100% fog", "sun", "Straße", "ﬁsh", "100 percent", "fo g"]
    with Store.open(url) as store:
        store.add_page(None, [Post("ada", text, str(place), "jsonl") for place, text in enumerate(texts)])
        store.add_page(None, [Post("bob", "fog", "b", "jsonl")])

        def holding(
            run: str, author: str | None = None, after: int = 0, through: int = 99, limit: int = 99
        ) -> list[str]:
            return [one.post.text for one in store.browse.holding(run, author, after, through, limit)]

        assert holding("fog") == ["FOG at sea", "a 100% fog", "Straße", "ﬁsh", "fog"]
        assert holding("fog", "ada", after=1) == ["a 100% fog", "Straße", "ﬁsh"]
        assert holding("fog", through=2) == holding("fog", limit=2) == ["FOG at sea", "a 100% fog"]
        assert len(holding("", "ada")) == len(texts)


def test_clusters_come_largest_first_page_by_page(url: str) -> None:
    with Store.open(url) as store:
        store.add_page(None, [Post("ada", f"fog {place}", str(place), "jsonl") for place in range(9)])
        assert store.browse.clusters(5) == []
        assert store.browse.extent() == Extent(9, 9, 9)
        clusters = [1, 2, 1, 2, 5, 5, 5, 8, 9]
        store.set_clusters([Fingerprint(place + 1, of, b"") for place, of in enumerate(clusters)])
        found = store.browse.clusters(5)
        assert [(one.first.number, one.posts) for one in found] == [(5, 3), (1, 2), (2, 2)]
        assert [one.first.number for one in store.browse.clusters(5, after=(3, 5))] == [1, 2]
        assert [one.first.number for one in store.browse.clusters(5, after=(2, 1))] == [2]
        assert [one.number for one in store.browse.cluster(5, 2)] == [5, 6]
        assert [one.number for one in store.browse.cluster(5, 2, after=6)] == [7]
        assert store.browse.cluster(77, 2) == []
        assert store.browse.extent() == Extent(9, 9, 0)
