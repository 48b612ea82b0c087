"""When two texts count as the same, and that those which do share a key."""

import random
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.corpus.likeness import BANDS, SHORTEST, THRESHOLD, band_keys, fold, similar

LAMP = "the keeper of the lamp went down to the harbour and bought two pounds of fresh herring"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Don't PANIC!!", "dont panic"),
        ("Don’t panic", "dont panic"),
        ("@ada 12 days, 3.5 hours left https://t.co/x", "0 days 0 0 hours left"),
        ("STRASSE Straße", "strasse strasse"),
        ("tea &amp; toast", "tea toast"),
        ("𝓯𝓪𝓷𝓬𝔂 ｗｉｄｅ", "fancy wide"),
        ("#Two_words", "two words"),
        ("हिन्दी में १२", "हिन्दी में 0"),
        ("1,000 - 7!", "1,000 - 7!"),
        ("  :)  :) ", ":) :)"),
        ("https://t.co/Abc", "https://t.co/abc"),
        ("", ""),
    ],
)
def test_folding_leaves_what_is_compared(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        (LAMP, LAMP.upper() + "!!! https://t.co/abc", True),
        (LAMP, LAMP.replace("herring", "mackerel"), True),
        (LAMP, "Breaking: " + LAMP, True),
        (LAMP, LAMP[:40] + " nothing at all came of it, so he sat and read", False),
        ("lol", "LOL!!!", True),
        ("lol", "lola", False),
        ("good morning all", "good morning ali", False),
        ("good morning, everybody in the world", "good morning everybody in the world!!", True),
        (":)", ":(", False),
        ("4 8 15 16", "1 2 3 4", False),
        ("day 12 of the voyage: still no land", "day 13 of the voyage: still no land", True),
        ("", "", True),
        ("", "x", False),
    ],
)
def test_duplicates_are_told_from_others(text: str, other: str, expected: bool) -> None:
    assert similar(text, other) is expected
    assert similar(other, text) is expected


def test_keys_are_the_same_alone_and_among_others_and_forever() -> None:
    texts = [LAMP, "lol", "", LAMP * 200, "日本語のテキスト" * 10, "\ud800 lone", *string.ascii_letters]
    together = band_keys(texts)
    assert together.shape == (len(texts), BANDS)
    assert together.dtype == np.int64
    for text, keys in zip(texts, together, strict=True):
        assert (band_keys([text])[0] == keys).all()
    # Keys are stored: other keys for the same text would make every post found before unfindable.
    assert band_keys([LAMP])[0, :3].tolist() == [
        -4606802970351955480,
        -6797520512222207065,
        5737765532362803646,
    ]


def test_no_texts_have_no_keys() -> None:
    assert band_keys([]).shape == (0, BANDS)


def test_a_text_as_long_as_a_book_is_no_burden() -> None:
    book = "call me something else. " * 50_000
    assert band_keys([book, book + "The end."]).shape == (2, BANDS)
    assert similar(book, book + "The end.")


@given(st.text(max_size=80), st.sampled_from(["!", " ", "  …", " https://t.co/abc", "\n"]))
def test_texts_that_fold_alike_share_every_key(text: str, end: str) -> None:
    if fold(text) == fold(text + end):
        keys = band_keys([text, text + end])
        assert (keys[0] == keys[1]).all()
        assert similar(text, text + end)


def sentence(random_: random.Random) -> list[str]:
    return ["".join(random_.choices(string.ascii_lowercase, k=random_.randint(2, 9))) for _ in range(16)]


def shingles(text: str) -> set[str]:
    return {text[i : i + 5] for i in range(len(text) - 4)}


def test_near_duplicates_meet_in_a_band_and_strangers_do_not() -> None:
    random_ = random.Random(1)
    met: list[bool] = []
    for _ in range(400):
        words = sentence(random_)
        changed = [*words]
        changed[random_.randrange(16)] = "zq" * random_.randint(1, 3)
        one, other = " ".join(words), " ".join(changed)
        shared = len(shingles(one) & shingles(other)) / len(shingles(one) | shingles(other))
        assert similar(one, other) is (shared >= THRESHOLD)
        if shared >= 0.8:
            keys = band_keys([one, other])
            met.append(bool((keys[0] == keys[1]).any()))
    assert len(met) > 100
    assert sum(met) / len(met) > 0.95
    strangers = band_keys([" ".join(sentence(random_)) for _ in range(400)])
    assert all(len(np.unique(strangers[:, band])) == 400 for band in range(BANDS))


def test_short_texts_meet_only_their_equals() -> None:
    texts = ["a" * (SHORTEST - 1), "a" * (SHORTEST - 2), "good morning", "good mornings"]
    keys = band_keys(texts)
    assert all(len(np.unique(keys[:, band])) == len(texts) for band in range(BANDS))
