"""Calls of other people's code that may hang: given up after a time limit, in a thread that ends when it ends."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import timedelta
from threading import Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class StillRunning(Exception, Generic[Result]):
    """The time limit has passed and the call has not ended; `future` tells when and how it does."""

    def __init__(self, limit: timedelta, future: "Future[Result]") -> None:
        self.future = future
        super().__init__(f"no answer within {limit.total_seconds():g} s")


def call(function: Callable[[], Result], limit: timedelta) -> Result:
    """What `function` returns or raises; it runs in a thread of its own, which no exit of the process waits for.

    Raises `StillRunning` after `limit`. A thread cannot be ended from outside: whoever must not have two at once
    waits for `StillRunning.future`. `SystemExit` and its like come out as `RuntimeError`.
    """
    future: Future[Result] = Future()
    Thread(target=_run, args=(function, future), name="supervised", daemon=True).start()
    wait([future], limit.total_seconds())
    if not future.done():
        raise StillRunning(limit, future)
    return future.result()


def _run(function: Callable[[], Result], future: "Future[Result]") -> None:
    try:
        result = function()
    except Exception as error:
        future.set_exception(error)
    except BaseException as error:
        future.set_exception(RuntimeError(f"{type(error).__name__}: {error}"))
    else:
        future.set_result(result)
