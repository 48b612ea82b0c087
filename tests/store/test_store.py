"""The same promises on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tweetgen.domain import Json, Kind, Post
from tweetgen.errors import InputError
from tweetgen.store import Added, Fingerprint, Store

NOON = datetime(2024, 2, 29, 12, 30, 15, 250, tzinfo=UTC)


def post(ident: str, author: str = "ada", text: str = "a word", source: str = "jsonl") -> Post:
    return Post(author=author, text=text, id=ident, source=source)


def texts(store: Store) -> list[str]:
    return [stored.post.text for stored in store.posts()]


def test_a_post_comes_back_as_it_went_in(store: Store) -> None:
    full = Post(
        author="Ada 🦉",
        text="  two\r\nlines, &amp; مرحبا 🏳️‍🌈 <|endoftext|> ",
        id="17",
        source="csv",
        created_at=NOON,
        kind=Kind.REPLY,
        reply_to="what?",
        labels={"lang": "en", "mood": "glad"},
        provenance="posts.csv:3",
        trainable=False,
    )
    plain = post("18")
    store.add_page("k", [full, plain], None)
    assert [stored.post for stored in store.posts()] == [full, plain]


def test_times_come_back_in_utc(store: Store) -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    store.add_page("k", [replace(post("1"), created_at=NOON.astimezone(india))], None)
    (stored,) = store.posts()
    assert stored.post.created_at == NOON
    assert stored.post.created_at is not None
    assert stored.post.created_at.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused_and_nothing_stored(store: Store) -> None:
    naive = replace(post("2"), created_at=datetime(2024, 1, 1))
    with pytest.raises(InputError, match=r"post 2 of source jsonl: its time has no zone"):
        store.add_page("k", [post("1"), naive], 1)
    assert (texts(store), store.cursor("k")) == ([], None)


@pytest.mark.parametrize(("moment", "hours"), [(datetime.max, -5), (datetime.min, 5)])
def test_a_time_outside_the_calendar_is_left_out(store: Store, moment: datetime, hours: int) -> None:
    beyond = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    store.add_page("k", [replace(post("1"), created_at=beyond)], None)
    assert [stored.post.created_at for stored in store.posts()] == [None]


def test_a_post_is_known_by_source_and_id(store: Store) -> None:
    assert store.add_page("k", [post("1"), post("2")], None) == Added(2, 0, {"ada": (2, 0)})
    again = [post("2", text="changed"), post("3"), post("1", source="csv"), post("4", author="bo")]
    assert store.add_page("k", again, None) == Added(3, 1, {"ada": (2, 1), "bo": (1, 0)})
    assert store.add_page("k", again, None) == Added(0, 4, {"ada": (0, 3), "bo": (0, 1)})
    assert texts(store) == ["a word"] * 5


def test_a_post_twice_in_one_page_is_stored_once(store: Store) -> None:
    assert store.add_page("k", [post("1"), post("1"), post("2")], None) == Added(2, 1, {"ada": (2, 1)})


@pytest.mark.parametrize(
    "cursor", [None, 7, "x\ud800\0", [1, {"a": None}], {"offset": 2**60, "digest": "ab"}]
)
def test_a_cursor_is_any_json_value(url: str, cursor: Json) -> None:
    with Store.open(url) as store:
        assert store.cursor("k") is None
        store.add_page("k", [], "before")
        store.add_page("k", [], cursor)
        store.add_page("other", [], "another")
    with Store.open(url) as store:
        assert store.cursor("k") == cursor


def test_without_a_key_no_cursor_is_kept(store: Store) -> None:
    store.add_page(None, [post("1")], "somewhere")
    assert store.cursor("") is None
    assert len(texts(store)) == 1


def test_a_page_and_its_cursor_fail_together(store: Store) -> None:
    store.add_page("k", [post("1")], 1)
    with pytest.raises(TypeError):
        store.add_page("k", [post("2")], {"no": object()})  # type: ignore[dict-item]
    assert len(texts(store)) == 1
    assert store.cursor("k") == 1


def test_what_databases_refuse_is_repaired(store: Store) -> None:
    odd = Post(
        author="a\0da\ud800",
        text="\ud83e\udd89 whole, \udc00 lone, nul \0.",
        id="\0i\ud800",
        source="json\0l",
        reply_to="\0\udfff",
        labels={"\0k": "v\ud800"},
        provenance="caf\udce9.csv\0",
    )
    store.add_page("k", [odd], None)
    (stored,) = store.posts()
    assert stored.post == Post(
        author="ada\ufffd",
        text="🦉 whole, \ufffd lone, nul .",
        id="i\ufffd",
        source="jsonl",
        reply_to="\ufffd",
        labels={"k": "v\ufffd"},
        provenance="caf\ufffd.csv",
    )
    assert [found.post.id for found in store.posts(["a\0da\ud800"])] == ["i\ufffd"]


def test_endless_names_and_texts_are_stored(store: Store) -> None:
    endless = post("i" * 100_000, author="語" * 100_000, text="t" * 3_000_000)
    assert store.add_page("k", [endless, replace(endless, id="i" * 99_999)], None).new == 2
    assert store.add_page("k", [endless], None).known == 1
    assert [len(text) for text in texts(store)] == [3_000_000] * 2


def test_posts_are_read_by_author_in_the_order_of_arrival(store: Store) -> None:
    store.add_page("k", [post(str(n), author="abc"[n % 3], text=str(n)) for n in range(9)], None)
    assert [found.post.text for found in store.posts(["c", "a", "nobody"])] == ["0", "2", "3", "5", "6", "8"]
    assert list(store.posts([])) == []
    numbers = [found.number for found in store.posts()]
    assert numbers == sorted(numbers)


def test_more_names_than_a_question_holds(store: Store) -> None:
    store.add_page("k", [post("1"), post("2", author="bo")], None)
    names = ["ada", *(f"name{n}" for n in range(70_000))]
    assert [found.post.author for found in store.posts(names)] == ["ada"]


def test_reading_goes_on_while_others_write(store: Store) -> None:
    store.add_page("k", [post(str(n)) for n in range(3000)], None)
    seen = 0
    for found in store.posts():
        seen += 1
        if found.number % 500 == 0:
            store.add_page("k", [post(f"new {found.number}")], None)
    assert seen == 3000
    assert len(texts(store)) == 3006


def test_reading_may_be_left_in_the_middle(store: Store) -> None:
    store.add_page("k", [post(str(n)) for n in range(3000)], None)
    reading = store.posts()
    assert next(reading).post.id == "0"
    assert isinstance(reading, Iterator)
    reading.close()  # type: ignore[attr-defined]
    assert store.purge(author="ada") == 3000


def test_writers_at_once_lose_nothing(url: str) -> None:
    errors: list[BaseException] = []

    def write(order: int) -> None:
        try:
            with Store.open(url) as mine:
                for start in range(0, 200, 10):
                    page = [post(str(n)) for n in range(start, start + 10)]
                    mine.add_page(f"k{order}", page[::order], start)
        except BaseException as error:
            errors.append(error)

    # the second gives each page backwards, which deadlocks a database where writers do not take turns
    threads = [threading.Thread(target=write, args=(order,)) for order in (1, -1, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with Store.open(url) as store:
        assert sorted(found.post.id for found in store.posts()) == sorted(map(str, range(200)))
        assert store.cursor("k1") == store.cursor("k-1") == 190


def test_summaries_tell_each_author_in_numbers(store: Store) -> None:
    page = [
        replace(post("1", text="héé 🦉"), created_at=NOON),
        replace(post("2", text="ab"), kind=Kind.REPOST, trainable=False),
        replace(post("3", text="cd"), created_at=NOON + timedelta(days=9)),
        post("4", author="Bo", source="csv"),
    ]
    store.add_page("k", page, None)
    store.set_clusters([Fingerprint(1, 1, b""), Fingerprint(2, 2, b""), Fingerprint(3, 1, b"")])
    bo, ada = store.summaries()
    assert (bo.author, bo.posts, bo.first, bo.last, bo.duplicates) == ("Bo", 1, None, None, 0)
    assert (ada.author, ada.posts, ada.trainable, ada.characters, ada.duplicates) == ("ada", 3, 2, 9, 1)
    assert (ada.first, ada.last) == (NOON, NOON + timedelta(days=9))
    assert ada.kinds == {Kind.ORIGINAL: 2, Kind.REPOST: 1}
    assert [summary.author for summary in store.summaries(author="ada")] == ["ada"]
    assert [summary.author for summary in store.summaries(source="csv")] == ["Bo"]
    assert store.summaries(author="ada", source="csv") == []


def test_an_empty_store_answers_with_nothing(store: Store) -> None:
    assert store.add_page("k", [], None) == Added()
    assert (store.authors(), store.sources(), store.summaries()) == ([], [], [])
    assert (list(store.posts()), list(store.fingerprints()), store.unclustered(5)) == ([], [], [])
    store.set_clusters([])
    assert store.purge(author="ada") == 0


def test_names_are_sorted(store: Store) -> None:
    store.add_page(
        "k", [post("1", author="b"), post("2", author="a", source="csv"), post("3", author="b")], None
    )
    assert store.authors() == ["a", "b"]
    assert store.sources() == ["csv", "jsonl"]


def test_clusters_are_kept_until_all_are_known(store: Store) -> None:
    store.add_page("k", [post(str(n)) for n in range(5)], None)
    first = store.unclustered(2)
    assert [found.post.id for found in first] == ["0", "1"]
    assert first[0].cluster is None
    one, two = (found.number for found in first)
    store.set_clusters([Fingerprint(one, one, b"\x01\0"), Fingerprint(two, one, b"")])
    assert [found.cluster for found in store.posts()] == [one, one, None, None, None]
    assert [found.post.id for found in store.unclustered(9)] == ["2", "3", "4"]
    assert list(store.fingerprints()) == [Fingerprint(one, one, b"\x01\0"), Fingerprint(two, one, b"")]


def test_purge_takes_an_author_a_source_or_one_from_the_other(store: Store) -> None:
    page = [
        post(f"{author}{source}", author, source=source) for author in "ab" for source in ("csv", "jsonl")
    ]
    store.add_page("k", page, 5)
    with pytest.raises(ValueError, match="author or a source"):
        store.purge()
    assert store.purge(author="a", source="csv") == 1
    assert [found.post.id for found in store.posts()] == ["ajsonl", "bcsv", "bjsonl"]
    assert store.purge(source="jsonl") == 2
    assert store.purge(author="nobody") == 0
    assert [found.post.id for found in store.posts()] == ["bcsv"]
    assert store.cursor("k") == 5


def test_a_number_is_never_given_twice(store: Store) -> None:
    store.add_page("k", [post("1"), post("2")], None)
    last = [found.number for found in store.posts()][-1]
    store.purge(author="ada")
    store.add_page("k", [post("3")], None)
    assert next(store.posts()).number > last


def test_a_cluster_that_loses_its_first_post_is_looked_for_again(store: Store) -> None:
    store.add_page("k", [post("1", "bo"), post("2"), post("3"), post("4")], None)
    store.set_clusters(
        [Fingerprint(1, 1, b"x"), Fingerprint(2, 1, b"x"), Fingerprint(3, 3, b"y"), Fingerprint(4, 3, b"y")]
    )
    store.purge(author="bo")
    assert [(found.number, found.cluster) for found in store.posts()] == [(2, None), (3, 3), (4, 3)]
    assert [found.number for found in store.unclustered(9)] == [2]
