"""Words of a list are found however they are spelt, and only they. Its words here are harmless ones."""

import pytest
from tweetgen_plugins._text.blocked import Blocked

BLOCKED = Blocked(
    ["turnip*", "goat", "half-wit", "spoon bender", "tax"], ["goat cheese", "billy goat gruff", "turnipseed"]
)


def found(text: str) -> list[str]:
    return [hit.found for hit in BLOCKED.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "goat",
        "GOATS",
        "a goat's hat",
        "g0at",
        "go@t",
        "*goat*",
        "goat!!!",
        "goaaaat",
        "gggoooaaattt",
        "g*at",
        "gòát",
        "ｇｏａｔ",
        "𝓰𝓸𝓪𝓽",
        "🅶🅾🅰🆃",
        "g\u200bo\u00ada\ufefft",
        "g\u0336o\u0336a\u0336t\u0336",
        "gоat",  # Cyrillic о
        "that gоаt",  # Cyrillic оа
        "g o a t",
        "g-o-a-t",
        "g.o.a.t.",
        "g_o_a_t",
        "G  O  A  T",
        "x g o a t y",
        "go-at",
        "goat2024",
        "t@x",
        "taxes",
        "t a x",
        "half-wit",
        "halfwits",
        "Spoon  Bender!",
        "turnipish",
        "turn1p",
        "turn!p",
        "tuuuuurnips",
        "t*rnipish",
    ],
)
def test_a_word_is_found_however_it_is_spelt(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "scapegoats",
        "goatee",
        "got goa tea",
        "gooat",  # a run of two is no stretching
        "syntax taxi",
        "t a x i d e r m y",  # letters that say something else
        "42 1337 3.14",
        "g***",
        "*** **",
        "the goat cheese",
        "Billy Goat Gruff",
        "turnipseed",
        "bender of spoons",
        "\ud800\udfff \x00",
    ],
)
def test_other_words_pass(text: str) -> None:
    assert found(text) == []


def test_look_alikes_are_read_as_latin_only_where_the_text_is() -> None:
    raki = Blocked(["paki"])
    assert raki.find("we drank pакi today")
    assert raki.find("we drank ρακι today")
    assert raki.find("ένα ποτήρι ρακί παρακαλώ") == []


def test_every_hit_is_told_in_order_with_its_entry() -> None:
    hits = BLOCKED.find("a turnip, 2 g0ats and g.o.a.t")
    assert [(hit.found, hit.listed) for hit in hits] == [("turnip", "turnip*"), ("g0ats", "goat"), ("g.o.a.t", "goat")]


def test_a_harmless_phrase_spares_its_own_words_alone() -> None:
    assert found("goat cheese of a goat") == ["goat"]


def test_an_empty_list_finds_nothing() -> None:
    assert Blocked([]).find("goat") == []
