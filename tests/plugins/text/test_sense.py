"""What breaks off or goes round in circles is noticed; the manners of posts are not."""

import pytest
from tweetgen_plugins._text.sense import cut_off, loop, unbalanced_brackets, unbalanced_quotes


@pytest.mark.parametrize("text", ["(open", "closed)", "(one [two) three]", "((twice)", "「開", "{x"])
def test_a_bracket_needs_its_partner(text: str) -> None:
    assert unbalanced_brackets(text)


@pytest.mark.parametrize(
    "text",
    [
        "(one [two] three)",
        "hello :) and :-( and (: and ;]",
        "(nice :)",
        "(nice :) )",
        "see:(this)",
        "1) wash 2) rinse",
        "a) wash b) rinse iv) repeat",
        "(see 1)",
        "(a) wash (b) rinse",
        "8) :]",
        "「開く」（そう）",
    ],
)
def test_faces_and_list_markers_need_none(text: str) -> None:
    assert unbalanced_brackets(text) is None


@pytest.mark.parametrize("text", ['he said "no', "“no", "no”", "«non", '"a" and "b'])
def test_a_quotation_mark_needs_its_partner(text: str) -> None:
    assert unbalanced_quotes(text)


@pytest.mark.parametrize(
    "text",
    [
        "don't 'tis the dogs' ‘90s",
        'he is 5\'10" tall',
        '"I am 6" tall"',
        '"I am 6"',
        "“mixed\"",
        "„Ja“, »nein«, «oui»",
    ],
)
def test_apostrophes_inches_and_other_customs_pass(text: str) -> None:
    assert unbalanced_quotes(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "one, two,",
        "so:",
        "this -",
        "some—",
        "salt &",
        "I like the",
        "and then the.",
        "we went to a",
        "because",
        "this or",
        "open (",
        "der Hund und",
        "only if",
    ],
)
def test_an_end_that_is_none_is_noticed(text: str) -> None:
    assert cut_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the end.",
        "but...",
        "and then…",
        "what are you waiting for",
        "I got an A",
        "only if!",
        "C++",
        "a B-",
        "sad :-/",
        "https://example.com/",
        "pic.example.com/xlM0Or",
        "oh my",
        "<3",
        "lol 🐐",
        "#TheBand",
        "^_^",
    ],
)
def test_ends_of_posts_pass(text: str) -> None:
    assert cut_off(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "the cat sat " * 5,
        "no " * 9,
        "o" * 40,
        "ha" * 20,
        "and the goat and the king and the mill and the goat and the king and the mill and the goat and the king",
    ],
)
def test_a_loop_is_noticed(text: str) -> None:
    assert loop(text, 4)


@pytest.mark.parametrize(
    "text", ["", "no no no no", "Nooooooooooo!!!!!!!!!!!!", "hahahahaha", "row row row your boat " * 3]
)
def test_enthusiasm_is_no_loop(text: str) -> None:
    assert loop(text, 4) is None


def test_the_reason_names_what_is_repeated() -> None:
    assert loop("so " + "the goat is king " * 6, 4) == "repeats 'the goat is king' 6 times in a row"
