"""What every source promises, whatever it reads."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tweetgen.domain import Kind
from tweetgen.errors import TweetgenError
from tweetgen.interfaces import Source
from tweetgen.plugins import Plugins

COUNT = 1203  # more than two pages of any source
AUTHOR = "keeper"


def _texts(count: int = COUNT) -> list[str]:
    return [f"log {number}: the lamp burns & the sea is loud" for number in range(count)]


def _textfile(folder: Path, archives: Any) -> dict[str, Any]:
    (folder / "keeper.txt").write_text("".join(f"{text}\n" for text in _texts()))
    return {"path": "keeper.txt"}


def _csv(folder: Path, archives: Any) -> dict[str, Any]:
    rows = "".join(f'{AUTHOR},"{text}"\r\n' for text in _texts())
    (folder / "posts.csv").write_text(f"author,text\r\n{rows}", newline="")
    return {"path": "posts.csv"}


def _jsonl(folder: Path, archives: Any) -> dict[str, Any]:
    lines = [json.dumps({"author": AUTHOR, "text": text}) for text in _texts()]
    (folder / "posts.jsonl").write_text("\n".join(lines) + "\n")
    return {"path": "posts.jsonl"}


def _x_archive(folder: Path, archives: Any) -> dict[str, Any]:
    tweets = [archives.tweet(i, text.replace("&", "&amp;")) for i, text in enumerate(_texts())]
    archives.zip(archives.members(tweets[:700], tweets[700:]))
    return {"path": "archive.zip"}


SAMPLES: dict[str, Callable[[Path, Any], dict[str, Any]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "textfile": _textfile,
    "x_archive": _x_archive,
}


@dataclass(frozen=True)
class Subject:
    name: str
    #: the source anew, as a new process would make it
    make: Callable[..., Source]
    path: Path


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return Plugins.load()


@pytest.fixture(params=sorted(SAMPLES))
def subject(
    request: pytest.FixtureRequest, plugins: Plugins, tmp_path: Path, host: Any, archives: Any
) -> Subject:
    name = request.param
    settings = SAMPLES[name](tmp_path, archives)
    offer = plugins.sources.get(name)

    def make(**changes: Any) -> Source:
        return offer.factory(offer.settings.model_validate({**settings, **changes}), host)

    return Subject(name, make, tmp_path / settings["path"])


def test_every_registered_source_of_ours_is_held_to_the_contract(plugins: Plugins) -> None:
    ours = {offer.name for offer in plugins.sources if "tweetgen_plugins" in offer.where}
    assert ours == set(SAMPLES) | {"x"}  # which reads no files; tests/plugins/x/test_source.py holds it to the same


def test_posts_are_whole(subject: Subject, run: Any) -> None:
    found = run(subject.make())
    assert sorted(found.texts) == sorted(_texts())
    assert found.problems == []
    assert {(post.author, post.source, post.kind) for post in found.posts} == {
        (AUTHOR, subject.name, Kind.ORIGINAL)
    }
    assert len({post.id for post in found.posts}) == COUNT
    assert all(subject.path.name in post.provenance for post in found.posts)


def test_fetching_again_with_the_cursor_gives_nothing(subject: Subject, run: Any) -> None:
    assert run(subject.make(), run(subject.make()).cursor).pages == []


def test_a_kill_after_any_page_loses_and_repeats_nothing(subject: Subject, run: Any) -> None:
    pages = run(subject.make()).pages
    assert len(pages) >= 3
    for number, page in enumerate(pages):
        after = run(subject.make(), page.cursor)
        before = [post.id for earlier in pages[: number + 1] for post in earlier.posts]
        assert before + [post.id for post in after.posts] == [p.id for one in pages for p in one.posts]


def test_a_foreign_cursor_means_from_the_start(subject: Subject, run: Any) -> None:
    cursors: list[Any] = ["x", 3, [], {}, {"files": 1}, {"archives": {"archive.zip": 2}}]
    for cursor in (*cursors, {"files": {subject.path.name: {"offset": 5}}}):
        assert len(run(subject.make(), cursor).posts) == COUNT


def test_authors_restrict(subject: Subject, run: Any) -> None:
    assert run(subject.make(), authors=["somebody"]).posts == []
    assert len(run(subject.make(), authors=["somebody", AUTHOR]).posts) == COUNT


def test_what_a_restricted_fetch_passed_over_comes_later(subject: Subject, run: Any) -> None:
    cursor = run(subject.make(), authors=["somebody"]).cursor
    assert len(run(subject.make(), cursor).posts) == COUNT


def test_a_restricted_fetch_does_not_forget_what_was_read(subject: Subject, run: Any) -> None:
    cursor = run(subject.make(), run(subject.make()).cursor, authors=["somebody"]).cursor
    assert run(subject.make(), cursor).posts == []


def test_an_author_in_the_settings_is_no_reason_to_lose_posts(subject: Subject, run: Any) -> None:
    assert len(run(subject.make(author="another")).posts) == COUNT


def test_progress_ends_at_the_whole(subject: Subject, run: Any) -> None:
    progress = [page.progress for page in run(subject.make()).pages]
    assert [done for done, _ in progress] == sorted(done for done, _ in progress)
    assert progress[-1][0] == progress[-1][1] > 0


def test_pages_are_of_some_hundred_posts(subject: Subject, run: Any) -> None:
    assert all(len(page.posts) <= 500 for page in run(subject.make()).pages)


def test_a_missing_file_is_one_clear_error(subject: Subject, run: Any) -> None:
    near = subject.path.with_name("x" + subject.path.name)
    with pytest.raises(TweetgenError, match="no such file; did you mean") as caught:
        run(subject.make(path=near.name))
    assert near.name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_pattern_without_files_is_one_clear_error(subject: Subject, run: Any) -> None:
    with pytest.raises(TweetgenError, match="no file matches"):
        run(subject.make(path="nothing*.here"))


def test_one_bad_file_among_several_is_a_problem_only(subject: Subject, run: Any) -> None:
    bad = subject.path.with_name("bad.txt")
    bad.write_bytes(b"\0\1\2" * 100)
    found = run(subject.make(path=["bad.txt", subject.path.name]))
    assert len(found.posts) == COUNT
    assert len(found.problems) == 1
    assert found.problems[0].startswith("bad.txt")


def test_paths_may_be_absolute_patterns_or_lists(subject: Subject, run: Any) -> None:
    for path in (str(subject.path), [subject.path.name, str(subject.path)], subject.path.name[:-3] + "*"):
        assert len(run(subject.make(path=path)).posts) == COUNT


def test_settings_refuse_unknown_keys_and_say_what_they_mean(subject: Subject, plugins: Plugins) -> None:
    settings = plugins.sources.get(subject.name).settings
    with pytest.raises(ValueError, match="pth"):
        settings.model_validate({"path": "x", "pth": "y"})
    with pytest.raises(ValueError, match="path"):
        settings.model_validate({})
    assert all(part.get("description") for part in settings.model_json_schema()["properties"].values())
