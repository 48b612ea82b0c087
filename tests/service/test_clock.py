"""Ticks."""

import threading

from tweetgen.service.clock import Clock, Tick


def test_each_tick_comes_at_once_and_again_and_one_that_hangs_stops_no_other() -> None:
    often, hangs = threading.Semaphore(0), threading.Event()
    clock = Clock([Tick("often", 0.01, often.release), Tick("hangs", 0.01, lambda: void(hangs.wait(10)))])
    clock.start()
    try:
        assert all(often.acquire(timeout=5) for _ in range(5))
        assert "hangs" in clock.running()
    finally:
        clock.stop()
    assert not clock.wait(0.01)
    hangs.set()
    assert clock.wait(5)


def void(_: object) -> None:
    pass


def test_a_tick_that_raises_comes_again() -> None:
    called = threading.Semaphore(0)

    def fail() -> None:
        called.release()
        raise ValueError("no")

    clock = Clock([Tick("fails", 0.01, fail)])
    clock.start()
    try:
        assert all(called.acquire(timeout=5) for _ in range(3))
    finally:
        clock.stop()
    assert clock.wait(5)
