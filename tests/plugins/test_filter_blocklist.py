"""Slurs are dropped, the words and places that contain one are not. How words are found: text/test_blocked.py."""

from collections.abc import Callable

import pytest
from tweetgen_plugins._text.slurs import BEGINNINGS, ORDINARY, careful, strict
from tweetgen_plugins.filter_blocklist import BlocklistFilter

from tweetgen.domain import Outcome, Verdict

Judge = Callable[..., Verdict]
PASSING = """Scunthorpe raccoon Penistone assassin class cockatoo niggardly snigger Niger Nigeria Montenegro cocoon
tycoon chopsticks spicy aspic grape therapist Essex analysis Matsushita Dickens titmouse constitution Hancock Japan
cuckoo retardant Slutsk skanking Cummings Lightwater Clitheroe Arsenal butterscotch mishit homophone crypto gypsum
canticle Twatt snicker kikuyu chinchilla faggio Agatha Coontz sabotage moonshine Yiddish kaffeeklatsch bitumen"""


@pytest.mark.parametrize("word", PASSING.split())
def test_words_and_places_that_contain_one_pass(verdict: Judge, word: str) -> None:
    assert verdict(BlocklistFilter, f"The {word} of {word}s.").outcome is Outcome.KEEP


@pytest.mark.parametrize(
    "text",
    [
        "Dick Van Dyke",
        "Homo sapiens",
        "that idea is crazy and a bit dumb",
        "spic and span",
        "a Maine Coon cat on Lesbos",
        "chinks in the armour",
        "F A G D",
        "im Abo, trop tard",
        "asked who-reason why",
    ],
)
def test_names_and_ordinary_sentences_pass(verdict: Judge, text: str) -> None:
    assert verdict(BlocklistFilter, text).outcome is Outcome.KEEP


def test_every_word_of_the_careful_list_is_dropped_in_any_disguise(verdict: Judge) -> None:
    for word in set(strict()) - ORDINARY:
        swollen = f"{word[0]}{word[1] * 3}{word[1:]}"
        letters = word.replace("-", "")
        disguises = [word.upper(), f"{word}!!", word.replace("i", "1").replace("o", "0"), " ".join(letters), swollen]
        for text in (*disguises, "\u200b".join(word), "".join(f"{letter}\u0336" for letter in word)):
            assert verdict(BlocklistFilter, f"oh: {text} ;").outcome is Outcome.DROP, text


def test_the_lists_of_exceptions_name_words_that_wordfilter_has() -> None:
    assert set(strict()) >= ORDINARY
    assert {word for word in BEGINNINGS if not any(one.startswith(word) for one in strict())} == set()
    assert len(list(careful())) > 60


def test_strict_drops_ordinary_words_too_and_none_drops_only_ones_own(verdict: Judge) -> None:
    assert verdict(BlocklistFilter, "that is crazy", list="strict").outcome is Outcome.DROP
    assert verdict(BlocklistFilter, f"a {min(careful())}", list="none").outcome is Outcome.KEEP
    assert verdict(BlocklistFilter, "a goat", list="none", words=["goat"]).outcome is Outcome.DROP


def test_allowed_words_pass(verdict: Judge) -> None:
    assert verdict(BlocklistFilter, "en retard", allow=["retard"]).outcome is Outcome.KEEP
    judged = verdict(BlocklistFilter, "crazy horse, Crazy", list="strict", allow=["crazy horse"])
    assert judged.reason == "holds 'Crazy'"


def test_the_reason_quotes_the_word_and_what_it_was_taken_for(verdict: Judge) -> None:
    judged = verdict(BlocklistFilter, "G0ats and turnips, g.o.a.t", words=["goat", "turnip*"])
    assert judged.reason == "holds 'G0ats' (goat), 'turnips', 'g.o.a.t' (goat)"
