"""The corpus in numbers, by its words and by its near-duplicates; and away with some of it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tweetgen.app import App
from tweetgen.domain import Kind, Post
from tweetgen.store import Fingerprint, Store

EVIL = '<script>alert("1")</script>'
POSTS = [
    Post("ada", "Fog at sea", "1", "jsonl", datetime(2020, 1, 2, tzinfo=UTC)),
    Post("ada", "fog  AT sea!", "2", "csv", datetime(2021, 3, 4, tzinfo=UTC), Kind.REPLY, trainable=False),
    Post(EVIL, "<b>fog</b> & ضباب 🌫️", "3", "jsonl"),
]


@pytest.fixture
def filled(store: Store) -> Store:
    store.add_page(None, POSTS)
    store.set_clusters([Fingerprint(1, 1, b""), Fingerprint(2, 1, b""), Fingerprint(3, 3, b"")])
    return store


def form(pages: Any, address: str) -> dict[str, str]:
    """The hidden fields of the confirmation."""
    page = pages.browser.get(address).text
    begin = page.index('action="/corpus/purge"')
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page[begin:])
    return dict(fields)


def test_the_corpus_is_shown_in_numbers(pages: Any, filled: Store) -> None:
    page = pages.browser.get("/corpus").text
    assert "<script>alert" not in page
    for shown in ("2 Jan 2020", "4 Mar 2021", "original 1, reply 1", "/corpus/posts?author=ada", ">3</dd>"):
        assert shown in page, shown
    assert pages.browser.get("/api/v1/corpus").json() == {
        "posts": 3,
        "authors": 2,
        "trainable": 2,
        "characters": sum(len(post.text) for post in POSTS),
        "first": "2020-01-02T00:00:00Z",
        "last": "2021-03-04T00:00:00Z",
        "duplicates": 1,
        "kinds": {"original": 2, "reply": 1},
        "sources": {"csv": 1, "jsonl": 2},
    }


def test_numbers_follow_what_comes_and_goes(pages: Any, store: Store) -> None:
    assert "No posts yet" in pages.browser.get("/corpus").text
    store.add_page(None, POSTS)
    assert "not yet looked at for near-duplicates" in pages.browser.get("/corpus").text
    store.purge("ada")
    assert pages.browser.get("/api/v1/corpus").json()["posts"] == 1


def test_authors_come_page_by_page(pages: Any, filled: Store) -> None:
    first = pages.browser.get("/api/v1/corpus/authors", params={"limit": 1}).json()
    assert [one["author"] for one in first["items"]] == [EVIL] == [first["next"]]
    rest = pages.browser.get("/api/v1/corpus/authors", params={"after": first["next"]}).json()
    assert [one["author"] for one in rest["items"]] == ["ada"]
    assert rest["next"] is None
    filled.add_page(None, [Post(f"author {number:03}", "x", f"n{number}", "csv") for number in range(60)])
    assert "Page 1 of 2" in pages.browser.get("/corpus").text
    assert "author 059" in pages.browser.get("/corpus?page=2").text
    assert pages.browser.get("/corpus?page=999").status_code == 200


def test_posts_are_found_by_their_words_which_are_marked(pages: Any, filled: Store) -> None:
    page = pages.browser.get("/corpus/posts", params={"q": "FOG at"}).text
    assert "<mark>Fog at</mark> sea" in page
    assert "<mark>fog  AT</mark> sea!" in page
    page = pages.browser.get("/corpus/posts", params={"q": "b>fog"}).text
    assert "&lt;<mark>b&gt;fog</mark>&lt;/b&gt;" in page
    found = pages.browser.get("/api/v1/corpus/posts", params={"q": "ضباب"}).json()
    assert [one["number"] for one in found["items"]] == [3]
    assert "No post holds these words" in pages.browser.get("/corpus/posts", params={"q": "gull"}).text


def test_all_posts_of_somebody_are_found_page_by_page(pages: Any, filled: Store) -> None:
    wanted = {"author": "ada", "limit": "1"}
    first = pages.browser.get("/api/v1/corpus/posts", params=wanted).json()
    second = pages.browser.get("/api/v1/corpus/posts", params={**wanted, "after": first["next"]}).json()
    assert [one["text"] for one in first["items"] + second["items"]] == ["Fog at sea", "fog  AT sea!"]
    filled.add_page(None, [Post("bob", f"wave {number}", f"w{number}", "csv") for number in range(40)])
    page = pages.browser.get("/corpus/posts?author=bob").text
    (more,) = re.findall(r'href="(/corpus/posts\?author=bob&amp;after=\d+)"', page)
    assert "wave 39" in pages.browser.get(more.replace("&amp;", "&")).text


def test_near_duplicates_are_browsed(pages: Any, filled: Store) -> None:
    page = pages.browser.get("/corpus/duplicates").text
    assert '/corpus/duplicates/1"><span class="number">2</span> posts alike' in page
    page = pages.browser.get("/corpus/duplicates/1").text
    assert "Fog at sea" in page
    assert "fog  AT sea!" in page
    (cluster,) = pages.browser.get("/api/v1/corpus/duplicates").json()["items"]
    assert (cluster["number"], cluster["posts"], cluster["first"]["text"]) == (1, 2, "Fog at sea")
    filled.add_page(None, [Post("bob", f"wave {number}", f"w{number}", "csv") for number in range(50)])
    filled.set_clusters([Fingerprint(4 + number, 4 + number // 2 * 2, b"") for number in range(50)])
    page = pages.browser.get("/corpus/duplicates").text
    (more,) = re.findall(r'href="(/corpus/duplicates\?after=[\d-]+)"', page)
    assert len(re.findall("posts alike", page)) == 20
    assert len(re.findall("posts alike", pages.browser.get(more).text)) == 6


def test_a_purge_is_confirmed_in_full_and_then_done(
    pages: Any, app: App, filled: Store, save_model: Callable[..., Path]
) -> None:
    save_model(app.base / "weights" / "shared.safetensors", "ada", "bob")
    address = "/corpus/purge?author=ada"
    page = pages.browser.get(address).text
    for told in ("Delete 2 posts for good", "ada", "2 Jan 2020", "<strong><bdi>shared</bdi></strong>", "jsonl", "csv"):
        assert told in page, told
    assert filled.authors() == [EVIL, "ada"]
    answer = pages.browser.post("/corpus/purge", data=form(pages, address))
    assert (answer.status_code, answer.headers["location"]) == (303, "/corpus?purged=2")
    assert "deleted for good" in pages.browser.get("/corpus?purged=2").text
    assert filled.authors() == [EVIL]
    (deed,) = filled.deeds.last()
    assert (deed.deed, deed.subject, deed.actor, deed.details) == ("purge", "author ada", "keeper", {"posts": 2})
    assert b"AT sea" not in b"".join(path.read_bytes() for path in app.state.glob("tweetgen.db*"))


def test_a_purge_is_refused_where_posts_came_since(pages: Any, filled: Store) -> None:
    seen = form(pages, "/corpus/purge?author=ada")
    filled.add_page(None, [Post("ada", "another", "9", "jsonl")])
    answer = pages.browser.post("/corpus/purge", data=seen)
    assert answer.status_code == 409
    assert "2 posts were to be deleted: now they are 3, and none was deleted" in answer.text
    assert "Delete 3 posts for good" in answer.text
    assert filled.summaries("ada")[0].posts == 3
    assert filled.deeds.last() == []


def test_programs_purge_as_people_do(pages: Any, filled: Store) -> None:
    headers = {"x-tweetgen-token": form(pages, "/corpus/purge?author=ada")["token"]}
    told = pages.browser.get("/api/v1/corpus/purge?source=jsonl").json()
    assert told == {
        "posts": 2,
        "authors": {EVIL: 1, "ada": 1},
        "sources": {"jsonl": 2},
        "models": [],
        "configured": [],
    }
    wanted = {"source": "jsonl", "posts": 3}
    assert pages.browser.post("/api/v1/corpus/purge", json=wanted, headers=headers).status_code == 409
    answer = pages.browser.post("/api/v1/corpus/purge", json={**wanted, "posts": 2}, headers=headers)
    assert answer.json() == {"posts": 2, "forgotten": [], "busy": [], "index": None}
    assert filled.authors() == ["ada"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/corpus/posts?author=adda", 404),
        ("/corpus/posts?author=" + "a" * 201, 422),
        ("/corpus/posts?after=99999999999999999999", 422),
        ("/corpus/posts?after=-1", 422),
        ("/corpus/posts?q=%00%ff", 200),
        ("/corpus/posts?after=9223372036854775807", 200),
        ("/corpus/duplicates/99", 404),
        ("/corpus/duplicates/x", 422),
        ("/corpus/duplicates?after=x", 422),
        ("/corpus/duplicates?after=999999999999999999-0", 200),
        ("/corpus/purge", 422),
        ("/corpus/purge?author=adda", 404),
        ("/corpus/purge?author=ada&source=x", 404),
    ],
)
def test_what_cannot_be_is_told(pages: Any, filled: Store, address: str, status: int) -> None:
    for prefix in ("", "/api/v1"):
        answer = pages.browser.get(f"{prefix}{address}")
        assert answer.status_code == status, answer.text
        kind = answer.headers["content-type"]
        assert kind.startswith("text/html") if not prefix else "json" in kind


def test_a_purge_needs_the_form_of_ours(pages: Any, filled: Store) -> None:
    assert pages.browser.post("/corpus/purge", data={"author": "ada", "posts": "2"}).status_code == 403
    token = form(pages, "/corpus/purge?author=ada")["token"]
    for wrong in ({"posts": "x"}, {"posts": str(2**70)}, {"posts": "2", "author": "", "source": ""}, {}):
        assert pages.browser.post("/corpus/purge", data={"author": "ada", "token": token, **wrong}).status_code == 422
    assert len(filled.authors()) == 2


def test_the_api_is_listed_from_its_own_description(pages: Any) -> None:
    page = pages.browser.get("/api").text
    document = pages.browser.get("/api/v1/openapi.json").json()
    assert "/api/v1/openapi.json" in page
    for path in document["paths"]:
        assert path in page, path
    assert re.search(r"/api/v1/corpus/purge</code>.*?admin", page, re.DOTALL)
