"""CSV: columns by name, quoting, rows that do not fit."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tweetgen_plugins.source_csv import CsvSource

from tweetgen.domain import Kind
from tweetgen.errors import InputError


@pytest.fixture
def read(tmp_path: Path, host: Any, run: Any) -> Callable[..., Any]:
    def fetch(content: bytes | None, cursor: Any = None, name: str = "posts.csv", **settings: Any) -> Any:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        return run(CsvSource(CsvSource.Settings(path=name, **settings), host), cursor)

    return fetch


def test_columns_are_found_by_the_header_in_any_order(read: Any) -> None:
    rows = b"id,text,likes,author,created_at,kind\n7,hello,3,ada,2017-10-14,reply\n,bye,,bob,,\n"
    first, second = read(rows).posts
    assert (first.author, first.text, first.id, first.source) == ("ada", "hello", "ada/7", "csv")
    assert (str(first.created_at), first.kind) == ("2017-10-14 00:00:00+00:00", Kind.REPLY)
    assert first.provenance == "posts.csv:2"
    assert (second.text, second.created_at, second.kind) == ("bye", None, Kind.ORIGINAL)


def test_columns_are_chosen_by_name(read: Any) -> None:
    columns = {"author": "handle", "text": "tweet", "id": "tweet id", "labels": ["lang"]}
    post = read(b"handle,tweet id,tweet,lang\nada,7,hello,en\n", columns=columns).posts[0]
    assert (post.author, post.text, post.id, post.labels) == ("ada", "hello", "ada/7", {"lang": "en"})


@pytest.mark.parametrize(
    ("header", "settings", "why"),
    [
        (b"user,tweet", {}, "no column 'text' or 'author'; it has 'user', 'tweet'"),
        (b"author,tweet", {}, "no column 'text'; it has 'author', 'tweet'; .*columns: {text: …}"),
        (
            b"user,text",
            {},
            "no column 'author'; it has 'user', 'text'; .*columns: {author: …}`, or set `author:`",
        ),
        (b"author,text", {"columns": {"created_at": "when"}}, "no column 'when'; it has 'author', 'text'"),
        (b"author,text", {"columns": {"labels": ["lang"]}}, "no column 'lang'"),
        (b"author,text", {"author": "x", "columns": {"author": "who"}}, "no column 'who'"),
        (b"author;text", {}, "no column .* it has 'author;text'; .*set `delimiter:`"),
        (b"author,text\r1,2\r3,4", {}, "its lines end in CR alone"),
    ],
)
def test_a_missing_column_is_refused_with_the_columns_there_are(
    read: Any, header: bytes, settings: dict[str, Any], why: str
) -> None:
    with pytest.raises(InputError, match=f"posts.csv: {why}"):
        read(header + b"\na,b\n", **settings)


def test_the_settings_name_the_author_where_no_column_does(read: Any) -> None:
    assert [post.author for post in read(b"text\nhello\n", author="ada").posts] == ["ada"]
    assert [post.author for post in read(b"text,author\nhello,\nbye,bob\n", author="ada").posts] == [
        "ada",
        "bob",
    ]


def test_quoted_line_breaks_commas_and_quotes_belong_to_the_text(read: Any) -> None:
    content = b'author,text\r\nada,"one,\r\n""two""\r\n\r\nthree"\r\nbob,plain\r\n'
    found = read(content)
    assert found.texts == ['one,\r\n"two"\r\n\r\nthree', "plain"]
    assert [post.provenance for post in found.posts] == ["posts.csv:2", "posts.csv:6"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_files_of_spreadsheets_are_read(read: Any, pack: Any, encoding: str) -> None:
    assert read(pack("author,text\r\nada,naïve 🙂\r\n".encode(encoding))).texts == ["naïve 🙂"]


def test_latin1_is_refused_with_the_setting_that_reads_it(read: Any) -> None:
    with pytest.raises(InputError, match="set `encoding: latin-1`"):
        read("author,text\nada,café\n".encode("latin-1"))
    assert read(None, encoding="latin-1").texts == ["café"]


@pytest.mark.parametrize(
    ("content", "name", "settings"),
    [
        (b"author;text\nada;a, b\n", "posts.csv", {"delimiter": ";"}),
        (b'author;"te,xt";text\nada;;a, b\n', "posts.csv", {"delimiter": "sniff"}),
        (b"author\ttext\nada\ta, b\n", "posts.csv", {"delimiter": "sniff"}),
        (b"author|text\nada|a, b\n", "posts.csv", {"delimiter": "sniff"}),
        (b"author\ttext\nada\ta, b\n", "posts.tsv", {}),
        (b'ada,"a, b"\n', "posts.csv", {"header": ["author", "text"]}),
        (b'\n\n author , text\nada,"a, b"\n', "posts.csv", {}),
    ],
)
def test_other_delimiters_and_headers(read: Any, content: bytes, name: str, settings: dict[str, Any]) -> None:
    assert read(content, name=name, **settings).texts == ["a, b"]


def test_a_delimiter_is_one_character() -> None:
    for delimiter in ("", ",,", '"', "\n", "→"):
        with pytest.raises(ValueError, match="neither one ASCII character nor `sniff`"):
            CsvSource.Settings(path="x", delimiter=delimiter)


def test_nothing_to_sniff_is_one_clear_error(read: Any) -> None:
    with pytest.raises(InputError, match="no delimiter can be told"):
        read(b"text\nhello\n", delimiter="sniff", author="ada")


def test_rows_that_do_not_fit_are_named_and_the_rest_kept(read: Any) -> None:
    rows = b"author,text,note\nada,one\nada\n\nada,two,,,\nada,un,quoted,comma\nada,three,\n  ,,\n"
    found = read(rows)
    assert found.texts == ["one", "two", "three"]
    assert [line.split(";")[0] for line in found.problems] == [
        "posts.csv:3: 1 of 3 columns",
        "posts.csv:6: 4 columns where the header has 3",
    ]


def test_a_stray_quote_costs_one_row(read: Any) -> None:
    rows = "".join(f"ada,row {number}\n" for number in range(20_000))
    found = read(f'author,text\nada,"stray\n{rows}'.encode())
    assert found.texts == [f"row {number}" for number in range(20_000)]
    assert found.problems == ["posts.csv:2: a quote is opened here and not closed within 131,072 characters"]


def test_a_last_row_still_being_written_is_read_when_it_is_whole(read: Any) -> None:
    start = b'author,text\nada,one\nada,"two\nlines'
    found = read(start)
    assert found.texts == ["one"]
    assert found.problems[0] == "posts.csv:3: a quote is opened here and never closed"
    assert read(None, found.cursor).pages == []
    assert read(start + b' more"\nada,three\n', found.cursor).texts == ["two\nlines more", "three"]


def test_rows_behind_a_stray_quote_at_the_end_are_kept(read: Any) -> None:
    found = read(b'author,text\nada,"stray\nada,two\nada,three')
    assert found.texts == ["two", "three"]
    assert len(found.problems) == 1
    assert read(None, found.cursor).pages == []


def test_an_overlong_line_is_named_alone_or_within_quotes(read: Any) -> None:
    long = b"x" * 2_000_000
    found = read(b"author,text\nada," + long + b'\nada,"open\n' + long + b'"\nada,last\n')
    assert found.texts == ["last"]
    assert [line.partition(": ")[0] for line in found.problems] == [
        "posts.csv:2",
        "posts.csv:3",
        "posts.csv:4",
    ]


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        (b"author,text\na,1\n", b"author,text\na,1\na,2\n", ["2"]),
        (b"author,text\na,1", b"author,text\na,1\na,2", ["2"]),
        (b"author,text\na,1", b"author,text\na,1\r\na,2\r\n", ["2"]),
        (b"author,text", b"author,text\na,1\n", ["1"]),
        (b"author,te", b"author,text\na,1\n", ["1"]),
        (b"author,text\n", b"author,text\na,1\n", ["1"]),
        (b"author,text\na,1\na,2\n", b"text,author\n1,a\n3,a\n", ["1", "3"]),
        (b"author,text\na,1\na,2\n", b"author,text\na,1\n", ["1"]),
    ],
)
def test_only_new_rows_are_read(read: Any, before: bytes, after: bytes, new: list[str]) -> None:
    settings = {"author": "x", "columns": {"text": "te" if before.endswith(b"te") else "text"}}
    cursor = read(before, **settings).cursor
    found = read(after, cursor)
    assert found.texts == new
    assert read(None, found.cursor).pages == []


@given(
    rows=st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), max_size=12
    )
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_python_writes_comes_back(read: Any, rows: list[str]) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerows([("author", "text"), *(("ada", text) for text in rows)])
    found = read(table.getvalue().encode())
    assert found.texts == [text for text in rows if text.strip()]
    assert found.problems == []


@given(
    content=st.binary(max_size=300) | st.text('",\n\ra\x00é', max_size=80).map(str.encode),
    cut=st.integers(0, 300),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_end_in_posts_problems_or_one_error_and_growing_loses_nothing(
    read: Any, content: bytes, cut: int
) -> None:
    content = b"author,text\n" + content
    cut = max(12, min(cut, len(content)))
    try:
        at_once = {post.id for post in read(content).posts}
        first = read(content[:cut])
        rest = read(content, first.cursor)
    except InputError:
        return
    assert at_once <= {post.id for post in (*first.posts, *rest.posts)}
    assert read(None, rest.cursor).pages == []
