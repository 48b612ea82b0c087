"""Plain text: lines, delimiters, whole files, and every encoding a person may have."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tweetgen_plugins.source_textfile import TextfileSource

from tweetgen.errors import InputError


@pytest.fixture
def read(tmp_path: Path, host: Any, run: Any) -> Callable[..., Any]:
    def fetch(content: bytes | None, cursor: Any = None, name: str = "ada.txt", **settings: Any) -> Any:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        source = TextfileSource(TextfileSource.Settings(path=name, **settings), host)
        return run(source, cursor)

    return fetch


def test_one_post_a_line_by_the_author_the_file_is_named_for(read: Any) -> None:
    found = read(b"first\n\n  \nsecond \r\nthird")
    assert found.texts == ["first", "second ", "third"]
    assert {post.author for post in found.posts} == {"ada"}
    assert [post.provenance for post in found.posts] == ["ada.txt:1", "ada.txt:4", "ada.txt:5"]


@pytest.mark.parametrize(
    ("name", "author"), [("bob.smith.txt", "bob.smith"), ("bob.txt.gz", "bob"), ("bob", "bob")]
)
def test_the_name_of_a_file_without_its_endings_is_the_author(read: Any, name: str, author: str) -> None:
    content = gzip.compress(b"hello\n") if name.endswith(".gz") else b"hello\n"
    assert [post.author for post in read(content, name=name).posts] == [author]


def test_the_author_of_the_settings_goes_first(read: Any) -> None:
    assert [post.author for post in read(b"hello\n", author="Ada Lovelace").posts] == ["Ada Lovelace"]


def test_a_folder_gives_one_author_a_file(tmp_path: Path, host: Any, run: Any) -> None:
    for name in ("b.txt", "a.txt", "notes.md"):
        (tmp_path / name).write_text(f"of {name}\n")
    found = run(TextfileSource(TextfileSource.Settings(path="."), host))
    assert [(post.author, post.text) for post in found.posts] == [("a", "of a.txt"), ("b", "of b.txt")]


def test_a_folder_without_text_says_what_it_looks_for(tmp_path: Path, host: Any, run: Any) -> None:
    (tmp_path / "only.pdf").write_bytes(b"x")
    with pytest.raises(InputError, match=r"ends in \.txt, \.txt\.gz"):
        run(TextfileSource(TextfileSource.Settings(path="."), host))


@pytest.mark.parametrize(
    ("delimiter", "content"),
    [
        ("\n\n", b"one\nline two\n\nthree"),
        ("\n\n", b"one\nline two\n\nthree\n\n"),
        ("\n\n", b"one\nline two\r\n\r\nthree\r\n"),
        ("\n%\n", b"one\nline two\n%\nthree\n%\n"),
        ("<|endoftext|>", b"one\nline two<|endoftext|>three<|endoftext|>\n"),
        ("(.*)+[", b"one\nline two(.*)+[three"),
    ],
)
def test_posts_of_several_lines_stand_between_delimiters(read: Any, delimiter: str, content: bytes) -> None:
    assert read(content, delimiter=delimiter).texts == ["one\nline two", "three"]


def test_a_delimiter_is_found_wherever_a_read_may_cut_it(read: Any) -> None:
    posts = [f"{'x' * (number % 97)}{number}\nmore" for number in range(20_000)]
    assert read("\n%%%\n".join(posts).encode(), delimiter="\n%%%\n").texts == posts


def test_the_whole_file_is_one_post_cut_nowhere(read: Any) -> None:
    text = "Act I.\n\n  Enter a ghost.\n" * 100_000
    found = read(text.encode(), whole=True)
    assert found.texts == [text]
    assert read(None, found.cursor, whole=True).pages == []
    assert read((text + "Exit.\n").encode(), found.cursor, whole=True).texts == [text + "Exit.\n"]


def test_whole_and_delimiter_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="exclude each other"):
        TextfileSource.Settings(path="x", whole=True, delimiter="\n\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_utf8_and_whatever_a_byte_order_mark_announces_is_read(read: Any, encoding: str) -> None:
    assert read("naïve\n日本 🙂\n".encode(encoding)).texts == ["naïve", "日本 🙂"]


def test_big_endian_utf16_with_its_mark_is_read(read: Any) -> None:
    assert read(b"\xfe\xff" + "naïve\n🙂\n".encode("utf-16-be")).texts == ["naïve", "🙂"]


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        ("naïve café\n", "latin-1", "latin-1"),
        ("it’s “quoted”\n", "cp1252", "cp1252"),
        ("plain words\n", "utf-16-le", "utf-16-le"),
        ("plain words\n", "utf-16-be", "utf-16-be"),
    ],
)
def test_another_encoding_is_refused_with_the_setting_that_reads_it(
    read: Any, text: str, encoding: str, named: str
) -> None:
    with pytest.raises(InputError, match=f"ada.txt: .*set `encoding: {named}`"):
        read(text.encode(encoding))
    assert read(None, encoding=named).texts == [text.strip()]


def test_a_binary_file_is_refused(read: Any) -> None:
    with pytest.raises(InputError, match=r"ada\.txt: binary, not text"):
        read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20)


def test_a_file_with_a_stray_nul_is_read_when_the_encoding_is_given(read: Any) -> None:
    with pytest.raises(InputError, match="encoding: utf-8"):
        read(b"be\0fore\nafter\n" * 20)
    assert read(None, encoding="utf-8").texts[:2] == ["be\ufffdfore", "after"]


def test_a_broken_line_in_good_utf8_is_named_and_the_rest_kept(read: Any) -> None:
    found = read("café\nnaïve\n".encode() + b"br\xf6ken\n" + b"last\n")
    assert found.texts == ["café", "naïve", "last"]
    assert found.problems == ["ada.txt:3: not UTF-8 at byte 3; set `encoding:` if the file has another"]


def test_an_encoding_nobody_knows_is_refused_with_examples() -> None:
    for name in ("utf-9", "rot13", "base64"):
        with pytest.raises(ValueError, match="no text encoding; examples: utf-8"):
            TextfileSource.Settings(path="x", encoding=name)


def test_an_empty_file_is_told_of_once(read: Any) -> None:
    found = read(b"")
    assert (found.posts, found.problems) == ([], ["ada.txt: the file is empty; fetch it again, or name another"])
    assert read(None, found.cursor).pages == []
    assert read(b"now something\n", found.cursor).texts == ["now something"]


@pytest.mark.parametrize("settings", [{}, {"delimiter": "\n"}])
def test_an_overlong_post_is_named_with_its_size_and_the_rest_kept(
    read: Any, settings: dict[str, Any]
) -> None:
    found = read(b"a\n" + b"x" * 10_000_000 + b"\nb\n", **settings)
    assert found.texts == ["a", "b"]
    assert len(found.problems) == 1
    assert found.problems[0].startswith("ada.txt:2: a ")
    assert "of 10,000,00" in found.problems[0]


def test_an_overlong_last_line_is_told_of_once(read: Any) -> None:
    found = read(b"a\n" + b"x" * 100, max_line=10)
    assert (found.texts, len(found.problems)) == (["a"], 1)
    assert read(None, found.cursor, max_line=10).pages == []
    assert read(b"a\n" + b"x" * 100 + b"\nb\n", found.cursor, max_line=10).texts == ["b"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("settings", [{}, {"delimiter": "\n"}])
@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        (b"a\nb\n", b"a\nb\nc\n", ["c"]),
        (b"a\nb", b"a\nb\nc\n", ["c"]),
        (b"a\r\nb", b"a\r\nb\r\nc", ["c"]),
        (b"a\nb", b"a\nbetter\n", ["better"]),
        (b"a\nb\n", b"A\nb\nc\n", ["A", "b", "c"]),
        (b"a\nb", b"a\nB\nc\n", ["a", "B", "c"]),
        (b"a\nb\n", b"a\n", ["a"]),
        (b"a\nb\n", b"", []),
    ],
)
def test_only_what_is_new_is_read_and_a_rewritten_file_from_the_start(
    read: Any, pack: Any, settings: dict[str, Any], before: bytes, after: bytes, new: list[str]
) -> None:
    cursor = read(pack(before), **settings).cursor
    found = read(pack(after), cursor, **settings)
    assert found.texts == new
    assert read(None, found.cursor, **settings).pages == []


def test_a_post_is_known_by_author_and_text(read: Any) -> None:
    one, again, other = read(b"same\nsame\nother\n").posts
    assert one.id == again.id != other.id
    assert read(b"same\n", author="bob").posts[0].id != one.id


def test_the_spelling_of_a_special_token_is_only_text(read: Any) -> None:
    assert read(b"<|endoftext|> </s> [PAD]\n").texts == ["<|endoftext|> </s> [PAD]"]


def test_a_damaged_gzip_file_keeps_what_came_before(read: Any) -> None:
    lines = "".join(f"line {number} {number**7}\n" for number in range(200_000)).encode()
    packed = gzip.compress(lines)
    found = read(packed[: len(packed) // 2], name="ada.txt.gz")
    assert len(found.posts) > 10_000
    assert ["ada.txt.gz: damaged after line" in line for line in found.problems] == [True]
    assert len(found.posts) + len(read(packed, found.cursor, name="ada.txt.gz").posts) == 200_000
    with pytest.raises(InputError, match="damaged gzip file"):
        read(packed[:12], name="ada.txt.gz")


def test_a_pipe_which_cannot_be_read_twice_is_refused(tmp_path: Path, host: Any, run: Any) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(InputError, match=r"pipe\.txt: not a regular file"):
        run(TextfileSource(TextfileSource.Settings(path="pipe.txt"), host))


def test_a_dangling_link_is_one_clear_error(tmp_path: Path, host: Any, run: Any) -> None:
    (tmp_path / "ada.txt").symlink_to("gone.txt")
    with pytest.raises(InputError, match=r"ada\.txt: leads nowhere"):
        run(TextfileSource(TextfileSource.Settings(path="ada.txt"), host))
