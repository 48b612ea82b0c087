"""What is surely in another language is dropped; in doubt a text is kept."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from pydantic import ValidationError
from tweetgen_plugins.filter_language import KNOWN, LanguageFilter

from tweetgen.domain import Outcome, Verdict

Judge = Callable[..., Verdict]
ENGLISH = "the goat is king of the mountain and everybody knows it"
GERMAN = "die Ziege ist die Königin der Berge und jeder weiß das"


def test_another_language_is_dropped(verdict: Judge) -> None:
    assert verdict(LanguageFilter, ENGLISH, allow=["en"]) == Verdict("language", Outcome.KEEP, "is in en")
    judged = verdict(LanguageFilter, GERMAN, allow=["en"])
    assert judged.outcome is Outcome.DROP
    assert judged.reason.startswith("is in de, not in en (")


def test_several_languages_may_be_allowed(verdict: Judge) -> None:
    for text in (ENGLISH, GERMAN):
        assert verdict(LanguageFilter, text, allow=["de", "en"]).outcome is Outcome.KEEP


@pytest.mark.parametrize("text", ["lol ok", "", "🐐🐐🐐", "Königsberg", "https://die-ziege.example.de/der/berg @ziege"])
def test_too_little_to_tell_is_kept(verdict: Judge, text: str) -> None:
    judged = verdict(LanguageFilter, text, allow=["en"])
    assert judged.outcome is Outcome.KEEP
    assert "too short to tell" in judged.reason


@pytest.mark.parametrize(
    "text", ["Woman Tragically Succumbs To Natural Hair", "THIS IS NOT GERMAN AT ALL", "new album out now everywhere"]
)
def test_capitals_and_headlines_are_no_other_language(verdict: Judge, text: str) -> None:
    assert verdict(LanguageFilter, text, allow=["en"]).outcome is Outcome.KEEP


def test_how_sure_it_must_be_is_a_setting(verdict: Judge) -> None:
    text = "hamburger hamlet of the deli"
    outcomes = [verdict(LanguageFilter, text, allow=["de"], threshold=value).outcome for value in (0.51, 0.999)]
    assert outcomes == [Outcome.DROP, Outcome.KEEP]


def test_an_unknown_code_is_refused_with_the_configuration() -> None:
    with pytest.raises(ValidationError, match="no known language 'english'"):
        LanguageFilter.Settings(allow=("english",))


def test_the_known_codes_are_those_of_the_model() -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    # zxx: no language at all
    assert set(KNOWN.split()) == set(LanguageIdentifier.from_model_file(MODEL_FILE).labels) - {"zxx"}


def test_the_model_is_not_read_before_a_text_needs_it() -> None:
    code = """
import sys
from tweetgen_plugins.filter_language import LanguageFilter
LanguageFilter(LanguageFilter.Settings(allow=["en"]), None)
sys.exit("py3langid" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
