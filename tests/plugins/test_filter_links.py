"""No address that nobody has chosen."""

from collections.abc import Callable

import pytest
from tweetgen_plugins.filter_links import LinksFilter

from tweetgen.domain import Outcome, Verdict

Judge = Callable[..., Verdict]


@pytest.mark.parametrize(
    ("text", "stripped", "neutralised"),
    [
        ("see https://example.com/a.", "see.", "see example[.]com/a."),
        ("go to example.com now", "go to now", "go to example[.]com now"),
        ("read (https://a.de) this", "read this", "read (a[.]de) this"),
        ("goat http://localhost/x?u=b.com", "goat", "goat localhost/x?u=b[.]com"),
        ("goat https://a.org/web/http://b.com/c", "goat", "goat a[.]org/web/b[.]com/c"),
        ("example https://x.de .com", "example .com", "example x[.]de .com"),
        ("HTTPS://EXAMPLE.COM, goat", ", goat", "EXAMPLE[.]COM, goat"),
    ],
)
def test_addresses_are_taken_out_or_lead_nowhere(
    verdict: Judge, text: str, stripped: str, neutralised: str
) -> None:
    assert verdict(LinksFilter, text).text == stripped
    assert verdict(LinksFilter, text, mode="neutralise").text == neutralised
    assert verdict(LinksFilter, text, mode="drop").outcome is Outcome.DROP


@pytest.mark.parametrize("text", ["the end.The beginning", "3.14", "ada@example.com", "http", "://", "a/b"])
def test_what_nobody_would_link_stays(verdict: Judge, text: str) -> None:
    assert verdict(LinksFilter, text, mode="drop") == Verdict("links", Outcome.KEEP, "no address")


def test_hosts_of_ones_own_may_stay_with_their_subdomains(verdict: Judge) -> None:
    text = "https://www.example.com/a example.com notexample.com https://bad.org/example.com"
    judged = verdict(LinksFilter, text, keep=["Example.com"])
    assert judged.text == "https://www.example.com/a example.com"
    assert judged.reason == "took out notexample.com, https://bad.org/example.com"


def test_a_text_of_addresses_alone_is_dropped(verdict: Judge) -> None:
    assert verdict(LinksFilter, "https://example.com").outcome is Outcome.DROP
