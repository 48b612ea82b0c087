"""Vocabularies give back any text exactly, whatever they were learnt from."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tweetgen.errors import InputError, TweetgenError, UnknownName
from tweetgen.model.vocabulary import END, Vocabulary, grow, learn, load
from tweetgen.settings import Tokens

LEVELS = ("subword", "char", "word")
POSTS = [
    "The harbour lights went out at nine, and the gulls kept arguing.",
    "The gulls went home. The lights kept arguing… about nine!",
    "It's nine o'clock: don't feed the gulls, don't feed the lights!!!",
    "Änderung im Café: naïve Möwen fliegen für 20 Öre über die Überfahrt.",
    "港の灯りは九時に消えた。カモメはまだ鳴いている。",
    "👩‍👩‍👧 and 🏴‍☠️ went home 👍🏽",
] * 5
NASTY = [
    "",
    " ",
    "\x00",
    "\r",
    "\r\n\r\n",
    "a\u0000b",
    "<|endoftext|>",
    "[UNK] [PAD] </s> <s> <unk> Ġ Ċ ## ▁word",
    "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪✍🏿",
    "e\u0301\u0301\u0301 \u200d\u200b\ufeff\u202e",
    "  two  spaces \t tab \u3000 wide \n\n\n lines  ",
    "\uffff\U0010ffff\U000e0001",
    "#tag @name 3.14 1,000 a.b.c don't ''' ...!?!?",
    "カモメ漢字ひらがな한국어ไทยעברית",
]


@pytest.fixture(scope="module", params=LEVELS)
def vocabulary(request: pytest.FixtureRequest) -> Vocabulary:
    return learn(iter(POSTS), Tokens(level=request.param, size=400, max_words=30))


def spelt(vocabulary: Vocabulary, ids: list[int]) -> bytes:
    return b"".join(vocabulary.token_bytes[token] for token in ids)


@pytest.mark.parametrize("text", NASTY + POSTS[:6])
def test_gives_back_nasty_text_exactly(vocabulary: Vocabulary, text: str) -> None:
    ids = vocabulary.encode(text)
    assert vocabulary.decode(ids) == text
    assert spelt(vocabulary, ids) == text.encode()


@given(text=st.text())
@settings(max_examples=200, deadline=None)
def test_gives_back_any_text_exactly(vocabulary: Vocabulary, text: str) -> None:
    ids = vocabulary.encode(text)
    assert END not in ids
    assert spelt(vocabulary, ids) == text.encode()
    assert vocabulary.decode([END, *ids, END]) == text


@given(texts=st.lists(st.text(max_size=30)))
@settings(max_examples=50, deadline=None)
def test_a_batch_is_encoded_like_its_texts_alone(vocabulary: Vocabulary, texts: list[str]) -> None:
    assert vocabulary.encode_batch(texts) == [vocabulary.encode(text) for text in texts]


@given(text=st.text(), posts=st.lists(st.text(), max_size=8), level=st.sampled_from(LEVELS))
@settings(max_examples=60, deadline=None)
def test_learnt_from_anything_it_still_gives_back_anything(text: str, posts: list[str], level: str) -> None:
    vocabulary = learn(posts * 5, Tokens(level=level, size=300, max_words=20))  # type: ignore[arg-type]
    assert vocabulary.decode(vocabulary.encode(text)) == text
    assert all(vocabulary.decode(vocabulary.encode(post)) == post for post in posts)


def test_special_spellings_are_ordinary_text(vocabulary: Vocabulary) -> None:
    ids = vocabulary.encode("<|endoftext|>")
    assert len(ids) > 1
    assert END not in ids


def test_end_is_no_bytes_and_every_other_token_is_some_and_its_own(vocabulary: Vocabulary) -> None:
    assert vocabulary.token_bytes[END] == b""
    assert len(set(vocabulary.token_bytes)) == vocabulary.size
    assert {bytes([byte]) for byte in range(256)} <= set(vocabulary.token_bytes)


def test_survives_json(vocabulary: Vocabulary) -> None:
    again = load(json.loads(json.dumps(vocabulary.to_json())))
    assert again.level == vocabulary.level
    assert again.token_bytes == vocabulary.token_bytes
    assert again.encode_batch(NASTY + POSTS) == vocabulary.encode_batch(NASTY + POSTS)


def test_decoding_half_a_character_does_not_fail(vocabulary: Vocabulary) -> None:
    assert vocabulary.decode(vocabulary.encode("\U0010ffff")[:-1]) == "\ufffd"


def test_a_lone_surrogate_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises((UnicodeEncodeError, TypeError)):
        vocabulary.encode("half \ud83d")


@pytest.mark.parametrize("level", LEVELS)
def test_texts_are_streamed(level: str) -> None:
    def posts() -> Iterator[str]:
        yield from POSTS

    assert learn(posts(), Tokens(level=level)).size > 257  # type: ignore[arg-type]


@pytest.mark.parametrize("level", LEVELS)
def test_order_of_the_texts_does_not_matter(level: str) -> None:
    tokens = Tokens(level=level, size=350, max_words=10)  # type: ignore[arg-type]
    assert learn(POSTS, tokens).token_bytes == learn(reversed(POSTS), tokens).token_bytes


@pytest.mark.parametrize("level", LEVELS)
def test_learnt_alike_in_another_process(level: str) -> None:
    program = (
        "import sys, json\n"
        "from tweetgen.model.vocabulary import learn\n"
        "from tweetgen.settings import Tokens\n"
        f"tokens = Tokens(level={level!r}, size=350, max_words=10)\n"
        "print(json.dumps(learn(json.load(sys.stdin), tokens).to_json()))\n"
    )
    there = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(POSTS), capture_output=True, text=True, check=True
    )
    here = learn(POSTS, Tokens(level=level, size=350, max_words=10))  # type: ignore[arg-type]
    assert json.loads(there.stdout) == here.to_json()


@pytest.mark.parametrize("level", LEVELS)
def test_learns_from_nothing(level: str) -> None:
    vocabulary = learn([], Tokens(level=level))  # type: ignore[arg-type]
    assert vocabulary.size == 257
    assert vocabulary.decode(vocabulary.encode("Möwe 👍🏽")) == "Möwe 👍🏽"


def test_subword_learns_as_many_pieces_as_asked_for() -> None:
    assert learn(POSTS, Tokens(size=300)).size == 301


def test_no_piece_is_very_long() -> None:
    vocabulary = learn(["=" * 5000, "🎉" * 5000] * 9, Tokens(size=5000))
    assert 16 <= max(map(len, vocabulary.token_bytes)) <= 64
    assert load(vocabulary.to_json()).decode(vocabulary.encode("=" * 5001)) == "=" * 5001


def test_subwords_keep_to_words_with_their_hashtag_apostrophe_and_marks() -> None:
    post = "don’t tag #harbour, it's ที่นี่"
    vocabulary = learn([post] * 9, Tokens(size=2000))
    assert spellings(vocabulary, post) == ["don’t", " tag", " #harbour", ",", " it's", " ที่นี่"]


def test_word_takes_the_space_before_a_word_along() -> None:
    vocabulary = learn(POSTS, Tokens(level="word"))
    assert spellings(vocabulary, "The gulls, don't!!!") == ["The", " gulls", ",", " don't", "!!!"]


def test_word_spells_what_it_does_not_know() -> None:
    vocabulary = learn(POSTS, Tokens(level="word"))
    assert spellings(vocabulary, "gulls owl") == [*"gulls", *" owl"]
    assert spellings(vocabulary, "went It's") == [*"went", " ", "It's"]


def test_word_keeps_to_its_bound() -> None:
    words = [
        token
        for token in learn(POSTS, Tokens(level="word", max_words=7)).token_bytes
        if len(token.decode(errors="replace")) > 1
    ]
    assert len(words) == 7


def test_char_spells_rare_characters_in_bytes() -> None:
    vocabulary = learn(["ö" * 5 + "ß" * 4], Tokens(level="char"))
    assert len(vocabulary.encode("ö")) == 1
    assert len(vocabulary.encode("ß")) == 2


@pytest.mark.parametrize("level", LEVELS)
def test_growing_keeps_the_old_ids(level: str) -> None:
    old = learn(POSTS, Tokens(level=level, size=350))  # type: ignore[arg-type]
    grown = grow(old, ["Привет, чайка"] * 5)
    assert grown.token_bytes[: old.size] == old.token_bytes
    assert grown.encode(POSTS[0]) == old.encode(POSTS[0])
    assert grown.decode(grown.encode("чайка 🪶")) == "чайка 🪶"


def test_growing_adds_new_characters_and_words() -> None:
    news = ["Привет, чайка"] * 5
    assert len(grow(learn(POSTS, Tokens(level="char")), news).encode("чайка")) == 5
    assert len(grow(learn(POSTS, Tokens(level="word")), news).encode(" чайка")) == 1


def test_a_full_word_vocabulary_grows_by_characters_only() -> None:
    full = learn(POSTS, Tokens(level="word", max_words=3))
    assert len(grow(full, ["Привет, чайка"] * 5).encode("чайка")) == 5


def test_growing_by_known_text_changes_nothing(vocabulary: Vocabulary) -> None:
    assert grow(grow(vocabulary, POSTS), POSTS).token_bytes == grow(vocabulary, POSTS).token_bytes


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        [],
        {},
        {"level": "subword"},
        {"level": "subword", "merges": ["a b"]},
        {"level": "subword", "merges": ["a b"], "pattern": 2},
        {"level": "subword", "pattern": 1, "merges": "a b"},
        {"level": "subword", "pattern": 1, "merges": ["ab"]},
        {"level": "subword", "pattern": 1, "merges": ["a b", "q zz"]},
        {"level": "subword", "pattern": 1, "merges": ["a b", "a b"]},
        {"level": "subword", "pattern": 1, "merges": [" ".join(["a" * 2**n] * 2) for n in range(20)]},
        {"level": "char", "characters": ["ö", "ö"]},
        {"level": "char", "characters": ["öö"]},
        {"level": "char", "characters": [7]},
        {"level": "word", "known": ["ab"]},
        {"level": "word", "known": ["ab"], "max_words": "many"},
    ],
)
def test_damaged_json_is_refused_in_one_line(damaged: object) -> None:
    with pytest.raises(TweetgenError) as caught:
        load(damaged)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_a_level_of_a_newer_version_is_named() -> None:
    with pytest.raises(UnknownName, match="morpheme"):
        load({"level": "morpheme"})
    with pytest.raises(InputError):
        load("subword")


def test_loading_and_decoding_need_no_tokenizers() -> None:
    json_text = json.dumps(learn(POSTS, Tokens(size=350)).to_json())
    program = (
        "import sys, json\n"
        "from tweetgen.model.vocabulary import load\n"
        "load(json.load(sys.stdin)).decode([66, 67])\n"
        "assert 'tokenizers' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], input=json_text, text=True, check=True)


def spellings(vocabulary: Vocabulary, text: str) -> list[str]:
    return [vocabulary.token_bytes[token].decode() for token in vocabulary.encode(text)]
