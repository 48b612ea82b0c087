"""Plugins that hang."""

import threading
from datetime import timedelta

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
