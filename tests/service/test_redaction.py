"""Secrets in anything that is logged."""

import pytest

from tweetgen.service.redaction import MASK, Redactor


def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    redactor = Redactor(["hush-hush-42"])
    assert redactor.value({"a": ["x hush-hush-42 y", ValueError("hush-hush-42")]}) == {"a": [f"x {MASK} y", MASK]}


def test_of_two_secrets_the_longer_is_masked_whole() -> None:
    assert Redactor(["hushhush", "hushhush-more"]).text("hushhush-more") == MASK


def test_new_secrets_take_the_place_of_old_ones() -> None:
    redactor = Redactor(["hush-hush"])
    redactor.know(["another one"])
    assert redactor.text("hush-hush another one") == f"hush-hush {MASK}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgresql://ada:s3cret@db/tweets", f"postgresql://{MASK}@db/tweets"),
        ("Authorization: Bearer abcdefgh12345", f"Authorization: {MASK} {MASK}"),
        ("sent with bearer abc.def-ghi", f"sent with bearer {MASK}"),
        ("GET /x?token=abc&n=1", f"GET /x?token={MASK}&n=1"),
        ('{"api_key": "abc", "n": 1}', f'{{"api_key": "{MASK}", "n": 1}}'),
        ("xoxb-1234567890-abcdef", MASK),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.dBjftJeZ4CVP-mB92K27uhbUJU1p1r", MASK),
        ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", MASK),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, masked: str) -> None:
    assert Redactor().text(text) == masked


def test_a_value_named_like_a_secret_is_masked_whatever_it_is() -> None:
    assert Redactor().value({"web_secret": [1, 2], "tokens": {"a": 1}}) == {"web_secret": MASK, "tokens": MASK}


@pytest.mark.parametrize(
    "text",
    [
        "dispatch parody: 3 sent, 1 waits (limit of 5 per hour)",
        "/var/lib/tweetgen/accounts/the-lighthouse-keeper-of-the-northern-isles-2026.yaml",
        "slot 2026-10-25T02:30 of lighthouse_keeper was missed: the service was down",
        "Donaudampfschifffahrtsgesellschaftskapitän",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert Redactor(["", "abc"]).text(text) == text
