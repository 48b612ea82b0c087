"""Plugins that hang."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import pytest

from tweetgen.service.patience import Hangs, Patience

SOON, LATE = timedelta(milliseconds=20), timedelta(seconds=20)


def test_one_that_hangs_is_asked_again_once_it_has_ended() -> None:
    patience, free, asked = Patience(), threading.Event(), []

    def hang() -> str:
        asked.append(1)
        free.wait(20)
        return "answer"

    for _ in range(3):
        with pytest.raises(Hangs, match=r"source x: no answer within 0\.02 s"):
            patience.call("source x", hang, SOON)
    assert asked == [1]
    assert patience.call("source y", lambda: "other", LATE) == "other"
    free.set()
    while True:
        try:
            assert patience.call("source x", hang, LATE) == "answer"
            break
        except Hangs:
            pass


def test_its_errors_come_through() -> None:
    with pytest.raises(ZeroDivisionError):
        Patience().call("source x", lambda: 1 / 0, LATE)


def test_many_are_asked_and_each_answers_for_itself() -> None:
    answers = Patience().ask({"a": lambda: 1, "b": lambda: 1 // 0, "c": lambda: 3}, LATE)
    assert (answers["a"], answers["c"]) == (1, 3)
    assert isinstance(answers["b"], ZeroDivisionError)


def test_one_of_many_that_hangs_stops_no_other_and_its_late_answer_is_not_lost() -> None:
    patience, free, done = Patience(), threading.Event(), threading.Event()
    asked: list[str] = []

    def hang() -> str:
        asked.append("hangs")
        free.wait(20)
        done.set()
        return "late"

    def questions(first: str) -> dict[str, Callable[[], str]]:
        return {"a": lambda: first, "hangs": hang, "z": lambda: first}

    answers = patience.ask(questions("first"), SOON)
    assert (answers["a"], answers["z"]) == ("first", "first")
    assert isinstance(answers["hangs"], Hangs)
    assert patience.ask(questions("second"), LATE) == {"a": "second", "z": "second"}
    free.set()
    done.wait(20)
    while "hangs" not in (answers := patience.ask(questions("third"), LATE)):
        pass
    assert answers == {"a": "third", "hangs": "late", "z": "third"}
    assert asked == ["hangs"]


def test_a_plugin_that_would_end_the_process_only_ends_its_answer() -> None:
    def leave() -> NoReturn:
        raise SystemExit(3)

    answer = Patience().ask({"a": leave}, LATE)["a"]
    assert isinstance(answer, RuntimeError)
