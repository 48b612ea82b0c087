"""Other people's code is given up after its time, and what it comes to is still known."""

from datetime import timedelta
from threading import Event

import pytest

from tweetgen.pipeline.supervised import StillRunning, call

MOMENT, LONG = timedelta(milliseconds=10), timedelta(minutes=1)


def test_what_it_returns_or_raises_comes_out() -> None:
    assert call(lambda: 7, LONG) == 7
    with pytest.raises(ZeroDivisionError):
        call(lambda: 1 // 0, LONG)


def test_its_own_time_out_is_not_ours() -> None:
    def slow() -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        call(slow, LONG)


def test_an_exit_is_an_error_like_any_other() -> None:
    with pytest.raises(RuntimeError, match="SystemExit: 3"):
        call(lambda: exit(3), LONG)


def test_what_hangs_is_given_up_and_its_answer_can_be_waited_for() -> None:
    release = Event()

    def hang() -> int:
        release.wait()
        return 7

    with pytest.raises(StillRunning, match=r"0\.01 s") as caught:
        call(hang, MOMENT)
    assert not caught.value.future.done()
    release.set()
    assert caught.value.future.result(60) == 7
