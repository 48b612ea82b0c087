"""Nobody is called who did not ask for it."""

from collections.abc import Callable

import pytest
from tweetgen_plugins.filter_mentions import MentionsFilter

from tweetgen.domain import Outcome, Verdict

Judge = Callable[..., Verdict]


@pytest.mark.parametrize(
    ("text", "stripped", "neutralised"),
    [
        ("@ada we love you", "we love you", "@ ada we love you"),
        ("@ada: hi", "hi", "@ ada: hi"),
        (".@ada says", "says", ".@ ada says"),
        ("hi @ada, and (@bob)?", "hi, and?", "hi @ ada, and (@ bob)?"),
        ("thanks @ada!", "thanks!", "thanks @ ada!"),
        ("RT@ada: look", "RT: look", "RT@ ada: look"),
        ("雨@ada 雨", "雨 雨", "雨@ ada 雨"),
        ("＠ada hello", "hello", "@ ada hello"),
        ("@@ada hello", "hello", "@ ada hello"),
        ("@ada@example.social hello", "hello", "@ ada@example.social hello"),
        ("@ada.bsky.social hello", "hello", "@ ada.bsky.social hello"),
        ("@ada/list hello", "hello", "@ ada/list hello"),
        ("over\n@ada\nand out", "over\n\nand out", "over\n@ ada\nand out"),
        ("@(@ada)goat", "@ goat", "@(@ ada)goat"),
    ],
)
def test_names_are_taken_out_or_call_nobody(verdict: Judge, text: str, stripped: str, neutralised: str) -> None:
    assert verdict(MentionsFilter, text).text == stripped
    assert verdict(MentionsFilter, text, mode="neutralise").text == neutralised
    assert verdict(MentionsFilter, text, mode="drop").outcome is Outcome.DROP


@pytest.mark.parametrize("text", ["ada@example.com", "no one", "@ 5 o'clock", "a @ b", "1@2", "@", "@!"])
def test_an_e_mail_address_and_a_lone_sign_are_no_mention(verdict: Judge, text: str) -> None:
    assert verdict(MentionsFilter, text, mode="drop") == Verdict("mentions", Outcome.KEEP, "mentions nobody")


def test_the_reason_names_the_first_few(verdict: Judge) -> None:
    text = "@a @b @c @d @e @f @g @a hello"
    assert verdict(MentionsFilter, text, mode="drop").reason == "mentions @a, @b, @c, @d, @e and 2 more"


def test_own_accounts_may_stay(verdict: Judge) -> None:
    judged = verdict(MentionsFilter, "@Ada and @bob", keep=["@ada"])
    assert (judged.text, judged.reason) == ("@Ada and", "took out @bob")
    assert verdict(MentionsFilter, "@Ada", keep=["ada"]).outcome is Outcome.KEEP


def test_a_text_of_names_alone_is_dropped(verdict: Judge) -> None:
    judged = verdict(MentionsFilter, "@ada @bob!")
    assert (judged.outcome, judged.reason) == (
        Outcome.DROP,
        "took out @ada, @bob, which leaves nothing to read",
    )
