"""JSON Lines: keys, half lines, escapes, ids and dates."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tweetgen_plugins.source_jsonl import JsonlSource

from tweetgen.domain import Kind
from tweetgen.errors import InputError


@pytest.fixture
def read(tmp_path: Path, host: Any, run: Any) -> Callable[..., Any]:
    def fetch(content: bytes | list[Any] | None, cursor: Any = None, **settings: Any) -> Any:
        if isinstance(content, list):
            content = "".join(json.dumps(record) + "\n" for record in content).encode()
        if content is not None:
            (tmp_path / "posts.jsonl").write_bytes(content)
        return run(JsonlSource(JsonlSource.Settings(path="posts.jsonl", **settings), host), cursor)

    return fetch


def test_the_usual_keys_are_found(read: Any) -> None:
    record = {
        "source": "a_list",
        "author": "ada",
        "id": "7",
        "created_at": "2017-10-14T01:41:48Z",
        "text": "hi",
    }
    more = {"kind": "reply", "reply_to": "hello?", "labels": {"lang": "en", "year": 2017, "no": None}}
    post = read([record | more]).posts[0]
    assert (post.author, post.text, post.id, post.source) == ("ada", "hi", "ada/7", "jsonl")
    assert post.created_at == datetime(2017, 10, 14, 1, 41, 48, tzinfo=UTC)
    assert (post.kind, post.reply_to) == (Kind.REPLY, "hello?")
    assert post.labels == {"lang": "en", "year": "2017", "source": "a_list"}
    assert post.provenance == "posts.jsonl:1"


def test_two_authors_may_use_the_same_ids(read: Any) -> None:
    first, second = read([{"author": name, "text": "hi", "id": 1} for name in ("ada", "bob")]).posts
    assert first.id != second.id


@pytest.mark.parametrize("given", [{}, {"id": None}, {"id": ""}])
def test_a_post_without_an_id_is_known_by_author_and_text(read: Any, given: dict[str, Any]) -> None:
    first, second, other = read([{"author": "ada", "text": text} | given for text in ("a", "a", "b")]).posts
    assert first.id == second.id != other.id


def test_keys_can_be_chosen_and_reach_into_objects(read: Any) -> None:
    record = {"user": {"screen_name": "ada"}, "full_text": "hi", "lang": "en", "plain.dot": "kept"}
    keys = {"author": "user.screen_name", "text": "full_text", "id": None, "labels": ["lang", "plain.dot"]}
    post = read([record], keys=keys).posts[0]
    assert (post.author, post.text, post.labels) == ("ada", "hi", {"lang": "en", "plain.dot": "kept"})


def test_the_settings_name_the_author_of_those_who_have_none(read: Any) -> None:
    records = [{"text": "a"}, {"text": "b", "author": None}, {"text": "c", "author": "ada"}]
    assert [post.author for post in read(records, author="bob").posts] == ["bob", "bob", "ada"]
    found = read(records)
    assert found.texts == ["c"]
    assert found.problems == [
        f"posts.jsonl:{line}: no author in 'author'; set `author:` or the right key" for line in (1, 2)
    ]


def test_a_line_cut_in_half_is_named_and_the_rest_kept(read: Any) -> None:
    found = read(b'{"author": "a", "text": "one"}\n{"author": "a", "te\n{"author": "a", "text": "three"}\n')
    assert found.texts == ["one", "three"]
    assert len(found.problems) == 1
    assert found.problems[0].startswith("posts.jsonl:2: not JSON")


def test_a_last_line_still_being_written_is_read_when_it_is_whole(read: Any) -> None:
    start, rest = b'{"author": "a", "text": "one"}\n{"author": "a", "te', b'xt": "two"}\n'
    found = read(start)
    assert found.texts == ["one"]
    assert found.problems[0].startswith("posts.jsonl:2: cut in half")
    assert read(None, found.cursor).pages == []
    assert read(start + rest, found.cursor).texts == ["two"]


def test_a_last_line_that_is_whole_needs_no_line_end(read: Any) -> None:
    content = b'{"author": "a", "text": "one"}'
    found = read(content)
    assert found.texts == ["one"]
    assert read(content + b'\n{"author": "a", "text": "two"}', found.cursor).texts == ["two"]


@pytest.mark.parametrize(
    "line",
    [
        b"3",
        b'"text"',
        b"null",
        b"[" * 100_000,
        b'{"author": "a", "text": 5}',
        b'{"author": "a"}',
        b"1" * 5000,
        b"\xff{}",
    ],
)
def test_a_line_that_is_no_post_is_named(read: Any, line: bytes) -> None:
    found = read(b'{"author": "a", "text": "caf\xc3\xa9"}\n' + line + b'\n\n{"author": "a", "text": "z"}\n')
    assert found.texts == ["café", "z"]
    assert [problem[:14] for problem in found.problems] == ["posts.jsonl:2:"]
    assert all("\n" not in problem and len(problem) < 400 for problem in found.problems)


def test_a_json_array_is_refused_with_the_way_out(read: Any) -> None:
    with pytest.raises(InputError, match="a JSON array, not one object a line; convert it: jq"):
        read(b'[\n{"author": "a", "text": "b"}\n]\n')


def test_a_file_of_another_kind_is_given_up_after_a_thousand_lines(read: Any) -> None:
    with pytest.raises(InputError, match="none of its first 1,000 records can be read") as caught:
        read([{"author": "a", "tweet": "x"}] * 1500)
    assert "'text' is not among its keys ('author', 'tweet'); name the right one" in str(caught.value)


def test_after_a_thousand_problems_the_rest_is_counted(read: Any) -> None:
    found = read([{"author": "a", "text": "x"}] + [{}] * 1500)
    assert len(found.problems) == 1001
    assert found.problems[-1] == "posts.jsonl: and 500 more records that cannot be read"


def test_broken_characters_are_repaired(read: Any) -> None:
    line = rb'{"author": "a\u0000", "text": "lone \ud83d, pair \ud83d\ude42, nul \u0000", "id": "\udc00"}'
    post = read(line + b"\n").posts[0]
    assert (post.author, post.text, post.id) == (
        "a\ufffd",
        "lone \ufffd, pair 🙂, nul \ufffd",
        "a\ufffd/\ufffd",
    )
    assert post.text.encode()


def test_blank_texts_are_passed_over_without_a_word(read: Any) -> None:
    found = read([{"author": "a", "text": text} for text in ("", " \n ", "x")])
    assert (found.texts, found.problems) == (["x"], [])


def test_literal_special_tokens_and_markup_are_only_text(read: Any) -> None:
    texts = ["<|endoftext|>", "</s>", "\\n", "&amp;amp;", "a\rb", "\u200bzero"]
    assert read([{"author": "a", "text": text} for text in texts]).texts == texts


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2017-10-14T01:41:48Z", (2017, 10, 14, 1, 41, 48)),
        ("2017-10-14T01:41:48.250+02:00", (2017, 10, 13, 23, 41, 48, 250_000)),
        ("2017-10-14 01:41:48", (2017, 10, 14, 1, 41, 48)),
        ("2017-10-14", (2017, 10, 14)),
        ("2017-10-14 01:41:48 +0000", (2017, 10, 14, 1, 41, 48)),
        ("2017-10-14 01:41:48 UTC", (2017, 10, 14, 1, 41, 48)),
        ("Sat Oct 14 01:41:48 +0000 2017", (2017, 10, 14, 1, 41, 48)),
        ("Sat, 14 Oct 2017 01:41:48 GMT", (2017, 10, 14, 1, 41, 48)),
        (1507945308, (2017, 10, 14, 1, 41, 48)),
        ("1507945308", (2017, 10, 14, 1, 41, 48)),
        (1507945308000, (2017, 10, 14, 1, 41, 48)),
        ("1507945308000", (2017, 10, 14, 1, 41, 48)),
    ],
)
def test_dates_are_read_as_people_and_platforms_write_them(
    read: Any, given: Any, meant: tuple[int, ...]
) -> None:
    post = read([{"author": "a", "text": "x", "created_at": given}]).posts[0]
    assert post.created_at == datetime(*meant, tzinfo=UTC)  # type: ignore[misc,arg-type]
    assert post.created_at.tzinfo is UTC


@pytest.mark.parametrize(
    "given", ["yesterday", "2017-13-01", "Sat Foo 14 01:41:48 +0000 2017", 1e300, [1], True, "9" * 30]
)
def test_a_post_with_an_unreadable_date_is_kept_without_one_and_told_once(read: Any, given: Any) -> None:
    found = read([{"author": "a", "text": text, "created_at": given} for text in ("x", "y")])
    assert [(post.text, post.created_at) for post in found.posts] == [("x", None), ("y", None)]
    assert len(found.problems) == 1
    assert "is no date" in found.problems[0]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"kind": "Quote"}, Kind.QUOTE),
        ({"kind": "retweet"}, Kind.REPOST),
        ({"kind": None}, Kind.ORIGINAL),
        ({"reply_to": "really?"}, Kind.REPLY),
        ({"kind": "song"}, Kind.ORIGINAL),
    ],
)
def test_kinds_are_understood(read: Any, given: dict[str, Any], kind: Kind) -> None:
    assert read([{"author": "a", "text": "x"} | given]).posts[0].kind is kind


def test_authors_of_one_file_can_be_read_one_after_the_other(tmp_path: Path, host: Any, run: Any) -> None:
    lines = [json.dumps({"author": "ab"[number % 2], "text": str(number)}) for number in range(10)]
    (tmp_path / "posts.jsonl").write_text("\n".join(lines))
    source = JsonlSource(JsonlSource.Settings(path="posts.jsonl"), host)
    first = run(source, authors=["a"])
    assert {post.author for post in first.posts} == {"a"}
    assert run(source, first.cursor, ["a"]).pages == []
    both = run(source, first.cursor, ["a", "b"])
    assert {post.author for post in both.posts} >= {"b"}
    assert run(source, both.cursor, ["b"]).pages == []


def test_a_file_that_is_gone_and_one_that_is_new_disturb_nothing(tmp_path: Path, host: Any, run: Any) -> None:
    def write(name: str) -> None:
        (tmp_path / name).write_text(json.dumps({"author": "a", "text": name}) + "\n")

    source = JsonlSource(JsonlSource.Settings(path="*.jsonl"), host)
    write("one.jsonl")
    write("two.jsonl")
    found = run(source)
    (tmp_path / "one.jsonl").unlink()
    write("three.jsonl")
    assert run(source, found.cursor).texts == ["three.jsonl"]


def test_a_cursor_survives_moving_the_instance(tmp_path: Path, run: Any, host: Any) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "posts.jsonl").write_text('{"author": "a", "text": "b"}\n')
    here, there = (
        JsonlSource(JsonlSource.Settings(path="posts.jsonl"), type(host)(tmp_path / name))
        for name in ("here", "there")
    )
    assert run(there, run(here).cursor).pages == []


def test_real_posts_are_read_to_the_last(shared: Path, host: Any, run: Any) -> None:
    path = shared / "data" / "users.heldout.jsonl.gz"
    found = run(JsonlSource(JsonlSource.Settings(path=str(path)), host))
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    assert [(post.author, post.text) for post in found.posts] == [(r["author"], r["text"]) for r in records]
    assert len({post.id for post in found.posts}) == len(records)
    assert found.problems == []
    assert sum(post.created_at is not None for post in found.posts) == sum(
        bool(r["created_at"]) for r in records
    )
