"""Words are those of UAX #29."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.corpus.words import spans, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("can't stop, won’t stop", ["can't", "stop", "won’t", "stop"]),
        ("pi is 3.14, rent is 1,250.50", ["pi", "is", "3.14", "rent", "is", "1,250.50"]),
        ("an e-mail to a_b@c.example", ["an", "e", "mail", "to", "a_b", "c.example"]),
        ("the U.S.A. and 'quotes'", ["the", "U.S.A", "and", "quotes"]),
        ("日本語です", ["日", "本", "語", "で", "す"]),
        ("カタカナ、ｶﾀｶﾅ", ["カタカナ", "ｶﾀｶﾅ"]),
        ("한국어 공부", ["한국어", "공부"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("ครับ", ["ค", "รั", "บ"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("צה\"ל ג'ירפה", ['צה"ל', "ג'ירפה"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("cafe\u0301 ole\u0301", ["cafe\u0301", "ole\u0301"]),
        ("yes 👩‍👩‍👧👍🏽", ["yes", "👩‍👩‍👧", "👍🏽"]),
        ("🇩🇪🇫🇷🇮🇹", ["🇩🇪", "🇫🇷", "🇮🇹"]),
        ("1️⃣ ❤️🔥", ["1️⃣", "❤️", "🔥"]),
        ("#hash @name", ["hash", "name"]),
        ("½ ² Ⅻ", ["½", "²", "Ⅻ"]),
        ("... — !? :-) $ +", []),
        (" \n\r\n\t", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=60))
def test_spans_are_the_places_of_the_words_in_order(text: str) -> None:
    places = list(spans(text))
    assert [text[start:end] for start, end in places] == words(text)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))


@given(st.text(max_size=60))
def test_no_letter_and_no_number_is_lost(text: str) -> None:
    kept = "".join(words(text))
    assert [c for c in text if c.isalpha()] == [c for c in kept if c.isalpha()]
