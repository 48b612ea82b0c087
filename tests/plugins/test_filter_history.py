"""`history`: nothing that an account of this instance has said or queued already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tweetgen_plugins.filter_history import HistoryFilter

from tweetgen.domain import Candidate, Outcome, Verdict


@dataclass
class FakeHost:
    """Tells the texts it was given, and counts how often it is asked."""

    texts: Sequence[str]
    time: datetime = datetime(2027, 3, 4, tzinfo=UTC)
    asked: list[datetime] = field(default_factory=list)

    def recent_texts(self) -> Sequence[str]:
        self.asked.append(self.time)
        return self.texts

    def now(self) -> datetime:
        return self.time


def made(host: FakeHost, **settings: float) -> HistoryFilter:
    return HistoryFilter(HistoryFilter.Settings.model_validate(settings), host)


def judge(text: str, *texts: str, **settings: float) -> Verdict:
    return ask(made(FakeHost(texts), **settings), text)


def ask(history: HistoryFilter, text: str) -> Verdict:
    verdict: Verdict = history.judge(Candidate(text, {}, "shared", 1, (1.0,), True, -1.0))
    return verdict


def test_what_was_said_is_not_said_again_in_other_capitals_or_with_a_word_changed() -> None:
    said = "The gull stole the rope, and nobody saw it."
    for text in (said, said.upper(), "the gull stole the lamp and nobody saw it!"):
        verdict = judge(text, "something else", said)
        assert verdict.outcome is Outcome.DROP
        assert said in verdict.reason
    assert judge("the tide took the kettle, and everybody laughed", said).outcome is Outcome.KEEP


def test_how_like_is_too_like_can_be_set() -> None:
    assert judge("the gull stole the lamp", "the gull stole the rope", likeness=0.95).outcome is Outcome.KEEP
    assert judge("the gull stole the lamp", "the gull stole the rope", likeness=0.5).outcome is Outcome.DROP


def test_without_a_history_everything_passes() -> None:
    assert judge("a gull").reason == "like none of the 0 latest texts"


def test_texts_without_letters_are_alike_only_where_they_are_equal() -> None:
    assert judge("🥄🥄", "☂☂").outcome is Outcome.KEEP
    assert judge("☂☂", "🥄🥄", "☂☂").outcome is Outcome.DROP


def test_a_batch_is_judged_by_one_look_and_a_later_one_by_another() -> None:
    host = FakeHost(["the tide"])
    history = made(host)
    for _ in range(3):
        assert ask(history, "a gull").outcome is Outcome.KEEP
    assert len(host.asked) == 1
    host.texts, host.time = ["a gull"], host.time + timedelta(seconds=2)
    assert ask(history, "a gull").outcome is Outcome.DROP
    host.texts, host.time = [], host.time - timedelta(hours=1)  # the clock was set back
    assert ask(history, "a gull").outcome is Outcome.KEEP
