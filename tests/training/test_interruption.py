"""Ctrl-C waits for the step that is running."""

import signal
import threading
from collections.abc import Iterator

import pytest

from tweetgen.training.interruption import Interruption


@pytest.fixture(autouse=True)
def _pythons_own_handler() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_first_is_noted_and_raised_where_it_does_no_harm() -> None:
    done = []
    with Interruption() as interruption:
        interruption.check()
        signal.raise_signal(signal.SIGINT)
        done.append("the step")
        with pytest.raises(KeyboardInterrupt):
            interruption.check()
    assert done == ["the step"]
    assert not interruption.forced
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_second_is_raised_at_once() -> None:
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert interruption.forced
        with pytest.raises(KeyboardInterrupt):
            interruption.check()


def test_none_is_lost_that_comes_after_the_last_check() -> None:
    with pytest.raises(KeyboardInterrupt), Interruption():
        signal.raise_signal(signal.SIGINT)


def test_another_handler_and_another_thread_are_left_alone() -> None:
    heard: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    with Interruption():
        signal.raise_signal(signal.SIGINT)
    assert heard == [signal.SIGINT]
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def elsewhere() -> None:
        with Interruption():
            heard.append(0)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert heard == [signal.SIGINT, 0]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
