"""What cleaning does to posts, one habit of collectors and authors after the other."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.corpus.clean import clean, learnable
from tweetgen.corpus.plain import plain
from tweetgen.domain import Kind, Post
from tweetgen.settings import Cleaning

DEFAULT = Cleaning()
FAMILY = "👩‍👩‍👧"
FLAG = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def post(text: str, kind: Kind = Kind.ORIGINAL, trainable: bool = True) -> Post:
    return Post(author="ada", text=text, id="1", source="test", kind=kind, trainable=trainable)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("tea &amp; toast", "tea & toast"),
        ("tea &amp;amp; toast", "tea & toast"),
        ("&amp;lt;3 &amp;#039;til dawn", "<3 'til dawn"),
        ("tea &amp toast", "tea & toast"),
        ("a=1&copy=2 &notit;", "a=1&copy=2 &notit;"),
        ("&#0;&#xD800;&#x110000;zero", "zero"),
        ("caf&eacute;", "café"),
        ("cafe\u0301", "café"),
    ],
)
def test_entities_are_unescaped_until_none_is_left(raw: str, cleaned: str) -> None:
    assert clean(raw, DEFAULT) == cleaned


def test_mojibake_is_mended_and_nothing_else_of_what_was_typed() -> None:
    assert clean("it was a schÃ¶n dayâ€”really", DEFAULT) == "it was a schön day—really"
    typed = "“Curly” ‘quotes’, ﬁne ligatures, ｗｉｄｅ letters … x² ½ €5 naïve Ångström №1"
    assert clean(typed, DEFAULT) == typed
    assert clean("schÃ¶n", replace(DEFAULT, repair=False)) == "schÃ¶n"


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("one\rtwo\r\nthree", "one\ntwo\nthree"),
        ("one\u2028two\x0bthree\x0cfour", "one\ntwo\nthree\nfour"),
        ("one \n \n\n  two\t\tthree\u00a0 four\u3000", "one\ntwo three four"),
        (r"roses are red\nviolets are\r\nblue", "roses are red\nviolets are\nblue"),
        (r"look in C:\new\folder", r"look in C:\new\folder"),
        (r"look in C:\new", r"look in C:\new"),
        (r"\nu is about \alpha\beta", r"\nu is about \alpha\beta"),
        (r"\\n is how to write it", r"\\n is how to write it"),
        ("¯\\_(ツ)_/¯", "¯\\_(ツ)_/¯"),
    ],
)
def test_every_sort_of_line_break_is_one_newline(raw: str, cleaned: str) -> None:
    assert clean(raw, DEFAULT) == cleaned


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("ze\u200bro\ufeff wi\u2060dth\u00ad", "zero width"),
        ("\ufeffbyte order", "byte order"),
        ("n\0u\0l\0", "nul"),
        ("bell\x07 and\x1b escape\x9d", "bell and escape"),
        ("\ud83d\ude00 pair", "😀 pair"),
        ("lone \ud83d half \ude00", "lone half"),
        ("don\ufffdt", "dont"),
        (f"family {FAMILY} ❤️ 🏳️‍🌈", f"family {FAMILY} ❤️ 🏳️‍🌈"),
        ("a\u200db \u200d c\u200cd", "ab cd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("link gone http://a.example/\u200c", "link gone"),
        (f"{FLAG} won", f"{FLAG} won"),
        ("hidden\U000e0068\U000e0069 words", "hidden words"),
        ("\ufe0f", ""),
        ("\u200b\u2060", ""),
    ],
)
def test_what_cannot_be_seen_goes_unless_it_has_work_to_do(raw: str, cleaned: str) -> None:
    assert clean(raw, DEFAULT) == cleaned


def test_directional_marks_stay_in_right_to_left_posts_only() -> None:
    assert clean("\u200fשלום\u200f!", DEFAULT) == "\u200fשלום\u200f!"
    assert clean("\u200ehello\u200f", DEFAULT) == "hello"
    assert clean("with \u2066@ada\u2069 and שלום \u202eback\u202c", DEFAULT) == "with and שלום back"


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("see https://t.co/abc and HTTP://B.example/x?y=1#z", "see and"),
        ("https://t.co/abc", ""),
        ("https://t.co/abc\nhttps://t.co/def @ada", ""),
        ("見てhttps://t.co/abcこれ", "見てこれ"),
        ("the whole story htt…", "the whole story"),
        ("the whole story https:/…", "the whole story"),
        ("thanks @ada: you are kind, @bob_2", "thanks you are kind,"),
        (".@ada says", ". says"),
        ("mail ada@host.example", "mail ada@host.example"),
        ("@ada@bob@eve nested", "nested"),
        ("hello @ada@social.example.", "hello ."),
        ("hello @ada.bsky.social.", "hello ."),
        ("thanks @ada.Great fun", "thanks .Great fun"),
        ("@adaさん、どうも＠bob", "さん、どうも"),
        ("@ @ 5 @", "@ @ 5 @"),
        ("http@ada://b.example rest", "http@ada://b.example rest"),
    ],
)
def test_links_and_names_go(raw: str, cleaned: str) -> None:
    assert clean(raw, DEFAULT) == cleaned


def test_links_and_names_may_stay() -> None:
    kept = replace(DEFAULT, links="keep", mentions="keep")
    raw = "@ada look: https://b.example/@eve/1#part"
    assert clean(raw, kept) == raw
    assert (
        clean(raw, replace(kept, mentions="remove", hashtags="remove"))
        == "look: https://b.example/@eve/1#part"
    )
    assert clean(raw, replace(kept, links="remove")) == "@ada look:"


def test_links_without_http_go_only_if_asked() -> None:
    raw = "what a day pic.twitter.com/AbC123 see www.b.example/x"
    assert clean(raw, DEFAULT) == raw
    assert clean(raw, replace(DEFAULT, links="all")) == "what a day see"


def test_hashtags_are_kept_removed_or_made_words() -> None:
    raw = "#Mondays are #1 for ＃café_time &#35; a#b हाय #हिन्दी"
    assert clean(raw, DEFAULT) == "#Mondays are #1 for ＃café_time # a#b हाय #हिन्दी"
    assert clean(raw, replace(DEFAULT, hashtags="word")) == "Mondays are #1 for café_time # a#b हाय हिन्दी"
    assert clean(raw, replace(DEFAULT, hashtags="remove")) == "are #1 for # a#b हाय"


@pytest.mark.parametrize(
    ("raw", "own"),
    [
        ("RT @ada: the sea is wide", ""),
        ("“RT @ada: the sea is wide”", ""),
        ("So true! RT @ada: the sea is wide", "So true!"),
        ("RT if you like @ada", "RT if you like"),
        ("please RT @ada needs help", "please RT needs help"),
        ('"@ada: is it far?" Yes, very.', "Yes, very."),
        ('"@ada he said "no" to it" Good.', "Good."),
        ("“@ada: is it “far”?” Yes.", "Yes."),
        ("Yes. “@ada: is it far? http://t.co/x”", "Yes."),
        ("“@ada: never closed", ""),
        ('Go and see "@Seafarers: Reloaded" in May.', 'Go and see " Reloaded" in May.'),
        ('"@ada" is a good name', '"" is a good name'),
    ],
)
def test_only_the_authors_own_words_are_kept(raw: str, own: str) -> None:
    assert clean(raw, DEFAULT) == own


def test_words_passed_on_are_kept_where_reposts_are_learnt() -> None:
    learning = replace(DEFAULT, reposts=True)
    assert clean("RT @ada: the sea is wide", learning) == "the sea is wide"
    assert clean("True! RT @ada: the sea", learning) == "True! RT the sea"
    assert clean("RT @ada: the sea", replace(learning, mentions="keep")) == "RT @ada: the sea"


@pytest.mark.parametrize(
    ("text", "kind", "options", "expected"),
    [
        ("the sea", Kind.ORIGINAL, DEFAULT, True),
        ("the sea", Kind.QUOTE, DEFAULT, True),
        ("the sea", Kind.REPOST, DEFAULT, False),
        ("the sea", Kind.REPOST, replace(DEFAULT, reposts=True), True),
        (" RT @ada the sea", Kind.ORIGINAL, DEFAULT, False),
        ("RT: \u200f@ada the sea", Kind.ORIGINAL, DEFAULT, False),
        ("rt @ada: the sea", Kind.ORIGINAL, DEFAULT, False),
        ("RT @ada: the sea", Kind.ORIGINAL, replace(DEFAULT, reposts=True), True),
        ("RT if you agree", Kind.ORIGINAL, DEFAULT, True),
        ('"@ada: the sea"', Kind.ORIGINAL, DEFAULT, False),
        ('"@ada: the sea" Indeed.', Kind.ORIGINAL, DEFAULT, True),
        ("@ada yes", Kind.ORIGINAL, DEFAULT, True),
        ("@ada yes", Kind.ORIGINAL, replace(DEFAULT, replies=False), False),
        (".@ada yes", Kind.ORIGINAL, replace(DEFAULT, replies=False), True),
        ("yes", Kind.REPLY, replace(DEFAULT, replies=False), False),
        ("yes", Kind.REPLY, DEFAULT, True),
    ],
)
def test_what_may_be_learnt_from(text: str, kind: Kind, options: Cleaning, expected: bool) -> None:
    assert learnable(post(text, kind), options) is expected


def test_what_may_not_be_learnt_from_is_not() -> None:
    assert not learnable(post("the sea", trainable=False), DEFAULT)


def of_length(length: int, end: str) -> str:
    return ("the sea is wide and " * 20)[: length - len(end) - 1] + "s" + end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (of_length(140, "… https://t.co/abcdefghij"), False),
        (of_length(121, "… https://t.co/abcdefghij"), False),
        (of_length(140, "…"), False),
        (of_length(140, " &amp; s…"), True),
        (of_length(144, " &amp; s…"), False),
        ("The news of the day in short [...]", False),
        ("The news of the day in short […]", False),
        ("To be continued…", True),
        ("To be continued… https://t.co/abcdefghij", True),
        (of_length(140, " …"), True),
        (of_length(140, ".… https://t.co/abcdefghij"), True),
        (of_length(140, " htt…"), True),
        (of_length(140, " https://t.co/abc…"), True),
        (of_length(200, "…"), True),
        (of_length(140, "..."), True),
    ],
)
def test_a_text_that_a_collector_cut_teaches_nothing(text: str, expected: bool) -> None:
    assert learnable(post(text), DEFAULT) is expected


SPELLINGS = '&amp; & amp; &lt; #38; @ @ada @ada@b.example : RT " “ ” http https:// :// / t.co'
UNSEEN = (
    "\r \n \0 \x9d \x85 \u200b \u200d \u200c \u200f \ufe0f \ufffd \ud83d \ude00 \u0301 \U0001f3f4 \U000e0067"
)
LETTERS = "\\n \\ # #tag ＃ … htt… \U000e007f 1 日 ש می 👩 ❤ Ã¶ â€™ â€ n e"
TRAPS = st.sampled_from([*SPELLINGS.split(" "), *UNSEEN.split(" "), *LETTERS.split(" "), " ", " RT @ada: "])
ANY_TEXT = st.one_of(st.lists(TRAPS, max_size=14).map("".join), st.text(st.characters(), max_size=60))
OPTIONS = st.builds(
    Cleaning,
    links=st.sampled_from(["remove", "all", "keep"]),
    mentions=st.sampled_from(["remove", "keep"]),
    hashtags=st.sampled_from(["keep", "remove", "word"]),
    reposts=st.booleans(),
    repair=st.booleans(),
)


@given(ANY_TEXT, OPTIONS)
def test_cleaning_twice_is_cleaning_once(text: str, options: Cleaning) -> None:
    once = clean(text, options)
    assert clean(once, options) == once


@given(ANY_TEXT, OPTIONS)
def test_a_cleaned_text_is_sound(text: str, options: Cleaning) -> None:
    cleaned = clean(text, options)
    cleaned.encode("utf-8")
    assert cleaned == cleaned.strip()
    assert not any(character < " " and character != "\n" for character in cleaned)
    assert "\n\n" not in cleaned
    assert "  " not in cleaned


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_ordinary_text_comes_to_rest(text: str) -> None:
    assert clean(text + " word", DEFAULT) != ""


@pytest.mark.parametrize(
    "piece", ["@a", "&amp;", "&amp;#38;", '"@a: ', "RT @a: ", "http@a://", "\u200d", "#", "🏴\U000e0067"]
)
def test_a_long_hostile_text_takes_no_long_time(piece: str) -> None:
    clean(piece * (200_000 // len(piece)), replace(DEFAULT, hashtags="word"))
    learnable(post(piece * (200_000 // len(piece))), DEFAULT)


def test_default_cleaning_is_nearly_that_of_the_measurements(shared: Path) -> None:
    """The rest hold others' words, or characters that cannot be seen."""
    with gzip.open(shared / "data" / "users.heldout.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    measured = [(text, plain(text)) for text in texts if plain(text)]
    assert sum(clean(text, DEFAULT) == expected for text, expected in measured) >= 0.995 * len(measured)
    assert sum(clean(expected, DEFAULT) == expected for _, expected in measured) >= 0.999 * len(measured)
