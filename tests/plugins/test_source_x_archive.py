"""Archives of X of every year, and what hostile or broken ones do."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tweetgen_plugins.source_x_archive import XArchiveSource

from tweetgen.domain import Kind
from tweetgen.errors import InputError

LONG = (
    "The keeper writes down every ship that passes, and every ship that does not, and he says the second "
    "list is the longer one by far; on calm days he reads it aloud to the gulls, who have opinions. "
    "Tonight he added one more name to it & went to bed <early>."
)


@pytest.fixture
def read(host: Any, run: Any) -> Callable[..., Any]:
    def fetch(path: Path | str, cursor: Any = None, **settings: Any) -> Any:
        return run(XArchiveSource(XArchiveSource.Settings(path=str(path), **settings), host), cursor)

    return fetch


def test_own_words_are_read_and_those_of_others_are_not(read: Any, archives: Any) -> None:
    tweets = [
        archives.tweet(1, "fog at six &amp; no ships &lt;3"),
        archives.tweet(2, "RT @gulls: bread bread bread…"),
        archives.tweet(3, "RT if you can see the lamp"),
        archives.tweet(4, "@gulls no bread today", in_reply_to_screen_name="gulls", in_reply_to_user_id="5"),
    ]
    found = read(archives.zip(archives.members(tweets)))
    assert [(post.text, post.kind) for post in found.posts] == [
        ("fog at six & no ships <3", Kind.ORIGINAL),
        ("RT if you can see the lamp", Kind.ORIGINAL),
        ("@gulls no bread today", Kind.REPLY),
    ]
    first = found.posts[0]
    assert (first.author, first.id, first.source) == ("keeper", "1600000000000000001", "x_archive")
    assert first.created_at == datetime(2023, 2, 18, 12, 0, 1, tzinfo=UTC)
    assert first.labels == {"lang": "en"}
    assert first.provenance == "archive.zip/data/tweets.js"
    assert found.problems == []


def test_no_private_thing_is_in_what_comes_out(read: Any, archives: Any) -> None:
    found = read(archives.zip(archives.members([archives.tweet(1, "fog")])))
    everything = repr(found.pages)
    for private in ("keeper@example.org", "secret", "liked", "taken back"):
        assert private not in everything


def test_escapes_are_undone_once(read: Any, archives: Any) -> None:
    tweets = [archives.tweet(1, "&amp;lt; is how to write &lt;, &amp;amp; is &amp;; &quot; stays")]
    assert read(archives.zip(archives.members(tweets))).texts == [
        "&lt; is how to write <, &amp; is &; &quot; stays"
    ]


def test_a_link_to_another_post_at_the_end_is_a_quote(read: Any, archives: Any) -> None:
    def linking(number: int, text: str, url: str, **more: Any) -> dict[str, Any]:
        urls = [{"url": "https://t.co/abc", "expanded_url": url, "indices": ["0", "1"]}]
        return dict(archives.tweet(number, text, entities={"urls": urls, **more}))

    picture = {
        "media": [{"url": "https://t.co/pic", "expanded_url": "https://x.com/keeper/status/5/photo/1"}]
    }
    tweets = [
        linking(1, "so true https://t.co/abc", "https://twitter.com/gulls/status/123"),
        linking(
            2, "so true https://t.co/abc https://t.co/pic", "https://x.com/gulls/status/123?s=20", **picture
        ),
        linking(3, "see https://t.co/abc for more", "https://twitter.com/gulls/status/123"),
        linking(4, "mine https://t.co/abc", "https://twitter.com/i/web/status/1600000000000000004"),
        linking(5, "elsewhere https://t.co/abc", "https://example.org/gulls/status/123"),
        archives.tweet(6, "odd entities", entities=[{"urls": 3}]),
    ]
    kinds = [post.kind for post in read(archives.zip(archives.members(tweets))).posts]
    assert kinds == [Kind.QUOTE, Kind.QUOTE, Kind.ORIGINAL, Kind.ORIGINAL, Kind.ORIGINAL, Kind.ORIGINAL]


def test_a_long_post_gets_its_whole_text_by_time_and_beginning(read: Any, archives: Any) -> None:
    cut = LONG[:150].replace("&", "&amp;") + "… https://t.co/AAAAAAAAAA"
    tweets = [
        archives.tweet(1, cut),
        archives.tweet(2, "another one two seconds later, that starts otherwise… https://t.co/BBBBBBBBBB"),
        archives.tweet(40, cut),
    ]
    notes = [archives.note("2023-02-18T12:00:03.000Z", LONG)]
    found = read(archives.zip(archives.members(tweets, notes=notes)))
    assert found.texts == [LONG, tweets[1]["full_text"], cut.replace("&amp;", "&")]
    assert found.problems == []


def test_a_long_reply_is_recognised_without_the_names_it_answers_to(read: Any, archives: Any) -> None:
    tweets = [archives.tweet(1, "@gulls @crabs " + LONG[:100] + "…", in_reply_to_user_id="5")]
    found = read(
        archives.zip(archives.members(tweets, notes=[archives.note("2023-02-18T12:00:01.000Z", LONG)]))
    )
    assert [(post.text, post.kind) for post in found.posts] == [(LONG, Kind.REPLY)]


def test_a_long_post_with_its_id_needs_no_guessing(read: Any, archives: Any) -> None:
    note = archives.note("2020-01-01T00:00:00.000Z", LONG)
    note["noteTweet"]["tweetId"] = "1600000000000000001"
    assert read(archives.zip(archives.members([archives.tweet(1, "cut…")], notes=[note]))).texts == [LONG]


def test_long_posts_that_belong_to_none_are_told_of_not_guessed_at(read: Any, archives: Any) -> None:
    notes = [
        archives.note("2023-02-18T12:00:01.000Z", LONG),
        archives.note("nonsense", LONG),
        {"noteTweet": 3},
        7,
    ]
    found = read(archives.zip(archives.members([archives.tweet(1, "The keeper")], notes=notes)))
    assert found.texts == ["The keeper"]
    assert found.problems == ["archive.zip: 1 long posts belong to no post in it; left out"]


def test_a_long_post_is_whole_also_after_a_kill(read: Any, archives: Any) -> None:
    tweets = [archives.tweet(number, f"log {number}") for number in range(700)]
    tweets[100] = archives.tweet(100, LONG[:100] + "…")
    tweets[650] = archives.tweet(650, LONG[:100] + "…")
    notes = [
        archives.note(f"2023-02-18T12:{at // 60:02}:{at % 60:02}.000Z", f"{LONG} {at}") for at in (100, 650)
    ]
    path = archives.zip(archives.members(tweets, notes=notes))
    rest = read(path, read(path).pages[0].cursor)
    assert f"{LONG} 650" in rest.texts
    assert rest.problems == []


@pytest.mark.parametrize("way", ["zip", "unpacked"])
@pytest.mark.parametrize("prefix", ["", "twitter-2024/"])
@pytest.mark.parametrize("manifest", [True, False])
def test_all_parts_are_found_with_and_without_a_manifest(
    read: Any, archives: Any, way: str, prefix: str, manifest: bool
) -> None:
    parts = [[archives.tweet(10 * n + i, f"part {n} log {i}") for i in range(3)] for n in range(12)]
    files = archives.members(*parts)
    if not manifest:
        del files["data/manifest.js"]
    found = read(getattr(archives, way)({prefix + name: content for name, content in files.items()}))
    assert found.texts == [tweet["full_text"] for part in parts for tweet in part]
    assert {post.author for post in found.posts} == {"keeper"}


def test_the_data_folder_alone_is_enough(read: Any, archives: Any) -> None:
    folder = archives.unpacked(archives.members([archives.tweet(1, "fog")], [archives.tweet(2, "sun")]))
    found = read(folder / "data")
    assert found.texts == ["fog", "sun"]
    assert found.problems == []


def test_a_part_the_manifest_misses_is_told_of(read: Any, archives: Any) -> None:
    files = archives.members([archives.tweet(1, "fog")], [archives.tweet(2, "sun")])
    del files["data/tweets-part1.js"]
    found = read(archives.zip(files))
    assert found.texts == ["fog"]
    assert found.problems == ["archive.zip: data/tweets-part1.js is in its manifest, but not there"]


def test_archives_of_2018_have_tweet_js_without_wrappers(read: Any, archives: Any) -> None:
    content = archives.script(
        "tweet.part0", [archives.tweet(1, "fog"), archives.tweet(2, "RT @gulls: bread")]
    )
    path = archives.folder / "tweet.js"
    path.write_bytes(content)
    assert read(path, author="keeper").texts == ["fog"]
    with pytest.raises(InputError, match=r"no account\.js tells whose posts these are; set `author:`"):
        read(path)
    (archives.folder / "account.js").write_bytes(archives.members([])["data/account.js"])
    assert [post.author for post in read(archives.folder).posts] == ["keeper"]


def test_archives_before_2019_have_a_script_a_month(read: Any, archives: Any) -> None:
    def old(number: int, text: str, **more: Any) -> dict[str, Any]:
        tweet = archives.tweet(number, text, **more)
        return {
            **tweet,
            "text": tweet.pop("full_text"),
            "id": 10**17 + number,
            "created_at": "2014-02-01 10:00:00 +0000",
        }

    months = {
        "2014_02": [old(1, "fog &amp; fog"), old(2, "bread", retweeted_status={"text": "bread"})],
        "2014_01": [old(3, "sun", in_reply_to_status_id=4)],
    }
    files = {
        f"data/js/tweets/{month}.js": f"Grailbird.data.tweets_{month} = \n {json.dumps(tweets)}".encode()
        for month, tweets in months.items()
    }
    files["data/js/user_details.js"] = (
        b'var user_details =  {"screen_name": "keeper", "email": "x@example.org"}'
    )
    files["tweets.csv"] = b'"tweet_id","text"\n"1","the same again"\n'
    for found in (read(archives.zip(files)), read(archives.unpacked(files))):
        assert [(post.text, post.kind) for post in found.posts] == [
            ("sun", Kind.REPLY),
            ("fog & fog", Kind.ORIGINAL),
        ]
        assert found.posts[0].created_at == datetime(2014, 2, 1, 10, tzinfo=UTC)
        assert found.posts[0].author == "keeper"


def test_a_tweets_csv_is_read_where_nothing_else_is(read: Any, archives: Any) -> None:
    header = (
        '"tweet_id","in_reply_to_status_id","in_reply_to_user_id","timestamp","text","retweeted_status_id"\n'
    )
    rows = (
        '"11","","","2012-05-06 07:08:09 +0000","fog, ""thick""\nand cold",""\n'
        '"12","5","6","2012-05-06 07:08:10 +0000","@gulls no",""\n'
        '"13","","","2012-05-06 07:08:11 +0000","bread","9"\n'
    )
    path = archives.folder / "tweets.csv"
    path.write_text(header + rows)
    found = read(path, author="keeper")
    assert [(post.id, post.text, post.kind) for post in found.posts] == [
        ("11", 'fog, "thick"\nand cold', Kind.ORIGINAL),
        ("12", "@gulls no", Kind.REPLY),
    ]
    assert found.posts[0].created_at == datetime(2012, 5, 6, 7, 8, 9, tzinfo=UTC)
    path.write_text("author,text\na,b\n")
    with pytest.raises(InputError, match="for other tables, use the source `csv`"):
        read(path, author="keeper")


@pytest.mark.parametrize(
    "content", [b"window.YTD.tweets.part0 = [ ];", b"window.YTD.tweets.part0 = []\r\n ; \n", b"[]"]
)
def test_empty_lists_and_semicolons_are_fine(read: Any, archives: Any, content: bytes) -> None:
    files = archives.members([archives.tweet(1, "ends; like this ;")])
    files["data/tweets.js"] += b"\n;\n"
    files["data/tweets-part1.js"] = content
    found = read(archives.zip(files))
    assert (found.texts, found.problems) == (["ends; like this ;"], [])


def test_broken_characters_are_repaired(read: Any, archives: Any) -> None:
    files = archives.members([])
    tweet = json.dumps(archives.tweet(1, "TEXT")).replace(
        "TEXT", r"nul \u0000, pair \ud83d\ude42, lone \ud83d."
    )
    files["data/tweets.js"] = b"window.YTD.tweets.part0 = [" + tweet.encode() + b"]"
    text = read(archives.zip(files)).texts[0]
    assert "\0" not in text
    assert "pair 🙂" in text
    assert text.encode()


def test_records_without_a_text_are_named_and_the_rest_kept(read: Any, archives: Any) -> None:
    files = archives.members([])
    files["data/tweets.js"] = archives.script(
        "tweets.part0", [3, {"tweet": {}}, {"tweet": 4}, {"tweet": archives.tweet(1, "fog")}]
    )
    found = read(archives.zip(files))
    assert found.texts == ["fog"]
    assert [line.partition(": ")[0] for line in found.problems] == [
        f"archive.zip/data/tweets.js:{n}" for n in (1, 2, 3)
    ]


def test_a_changed_archive_is_read_again_from_the_start(read: Any, archives: Any) -> None:
    tweets = [archives.tweet(1, "fog"), archives.tweet(2, "sun")]
    for build in (archives.zip, archives.unpacked):
        first = read(build(archives.members(tweets[:1])))
        assert read(build(archives.members(tweets[:1])), first.cursor).pages == []
        assert read(build(archives.members(tweets)), first.cursor).texts == ["fog", "sun"]


def test_a_part_cut_in_half_keeps_what_came_before(read: Any, archives: Any) -> None:
    files = archives.members([archives.tweet(number, f"log {number}") for number in range(200)])
    files["data/tweets.js"] = files["data/tweets.js"][:-5000]
    found = read(archives.zip(files))
    assert 150 < len(found.posts) < 200
    assert found.problems[0].startswith(
        f"archive.zip/data/tweets.js: damaged after record {len(found.posts)} ("
    )
    files["data/tweets.js"] = files["data/tweets.js"][:60]
    with pytest.raises(InputError, match=r"archive\.zip/data/tweets\.js: damaged"):
        read(archives.zip(files))


def test_damaged_notes_leave_the_posts(read: Any, archives: Any) -> None:
    files = archives.members([archives.tweet(1, "fog")])
    files["data/note-tweet.js"] = b"window.YTD.note_tweet.part0 = [{"
    found = read(archives.zip(files))
    assert found.texts == ["fog"]
    assert "some long posts stay cut" in found.problems[0]


def test_two_archives_are_read_one_after_the_other(read: Any, archives: Any, host: Any, run: Any) -> None:
    archives.zip(archives.members([archives.tweet(1, "fog")]), "old.zip")
    archives.zip(archives.members([archives.tweet(1, "fog"), archives.tweet(2, "sun")]), "new.zip")
    source = XArchiveSource(XArchiveSource.Settings(path=("old.zip", "new.zip")), host)
    found = run(source)
    assert found.texts == ["fog", "fog", "sun"]
    assert len({post.id for post in found.posts}) == 2
    assert run(source, found.cursor).pages == []


class TestRealArchive:
    """An archive in its real shapes, of real posts that are no part of this project."""

    @pytest.fixture
    def sample(self, shared: Path) -> Path:
        return shared / "data" / "x_archive_sample"

    def test_zip_and_folder_give_the_same(self, sample: Path, read: Any) -> None:
        zipped = read(next(sample.glob("*.zip")))
        unpacked = read(sample / "x_archive")
        assert zipped.problems == unpacked.problems == []
        assert [(p.id, p.text, p.kind) for p in zipped.posts] == [
            (p.id, p.text, p.kind) for p in unpacked.posts
        ]
        kinds = Counter(post.kind for post in zipped.posts)
        assert len(zipped.posts) == 320 - 30
        assert kinds[Kind.REPLY] == 20
        assert kinds[Kind.REPOST] == 0
        assert [post.author for post in zipped.posts] == ["NASA"] * 290

    def test_the_cut_post_is_joined_and_the_like_left(self, sample: Path, read: Any) -> None:
        texts = read(next(sample.glob("*.zip"))).texts
        assert sum(len(text) > 400 for text in texts) == 1
        assert not any("liked tweet" in text or ("…" in text[-30:] and len(text) > 250) for text in texts)
        assert not any("&amp;" in text for text in texts)

    def test_the_old_files_are_read(self, sample: Path, read: Any) -> None:
        assert len(read(sample / "tweet_2018.js", author="NASA").posts) == 44
        assert len(read(sample / "tweets_2012_2018.csv", author="NASA").posts) == 92
